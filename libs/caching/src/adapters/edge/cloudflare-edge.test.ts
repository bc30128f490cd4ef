import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, EdgeApi, type RecordedRequest } from '../../../test/edge-api.ts';
import { describeEdgeTier } from '../../conformance/edge-tier.conformance.ts';
import { cacheTagsOf } from '../../edge/edge-tags.ts';
import { CloudflareEdge } from './cloudflare-edge.ts';

/** What the purge API of Cloudflare does with a request. */
function purge(api: EdgeApi, { method, headers, body }: RecordedRequest): Answer {
  if (method !== 'POST' || headers['authorization'] !== 'Bearer token') return { status: 401 };
  const { tags = [], files = [] } = JSON.parse(body) as { tags?: string[]; files?: string[] };
  if (tags.length + files.length > 30)
    return { body: '{"success":false,"errors":[{"code":1094,"message":"too many"}]}' };
  api.purgeTags(tags, 'gone');
  for (const url of files) api.purgeUrl(url, 'gone');
  return { body: '{"success":true,"errors":[],"result":{"id":"1"}}' };
}

const open = async () => {
  const api = await EdgeApi.start(purge);
  return {
    tier: new CloudflareEdge({ zoneId: 'zone', token: 'token', apiUrl: api.url }),
    put: (path: string, tags: readonly string[]) => {
      const url = `https://shop.example${path}`;
      api.put(url, cacheTagsOf(tags).split(','));
      return url;
    },
    stateOf: (url: string) => api.stateOf(url),
    close: () => api.stop(),
  };
};
describeEdgeTier('Cloudflare with a recorded API', open, false);

describe('requests to Cloudflare', () => {
  let api: EdgeApi;
  let edge: CloudflareEdge;
  beforeEach(async () => {
    api = await EdgeApi.start(purge);
    edge = new CloudflareEdge({
      zoneId: '023e105f4ecef',
      token: 'token',
      itemsPerRequest: 2,
      apiUrl: api.url,
    });
  });
  afterEach(() => api.stop());

  const requestWith = (body: object) => ({
    method: 'POST',
    path: '/zones/023e105f4ecef/purge_cache',
    headers: {
      host: new URL(api.url).host,
      authorization: 'Bearer token',
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });

  it('purge tags in batches', async () => {
    await edge.purgeTags(['product:GW-0001', 'two words', 'products']);
    expect(api.requests).toEqual([
      requestWith({ tags: ['product:GW-0001', 'two%20words'] }),
      requestWith({ tags: ['products'] }),
    ]);
  });

  it('purge URLs in batches', async () => {
    await edge.purge(['https://shop.example/1', 'https://shop.example/2', 'https://shop.example/3']);
    expect(api.requests).toEqual([
      requestWith({ files: ['https://shop.example/1', 'https://shop.example/2'] }),
      requestWith({ files: ['https://shop.example/3'] }),
    ]);
  });

  it.each([
    [
      '{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}',
      '10000 Authentication error',
    ],
    ['{}', 'success: true'],
    ['null', 'not a JSON object'],
  ])(
    'fail, and may be retried, when the response has the status 200 and the body %s',
    async (body, fault) => {
      api.answers.push({ body });
      await expect(edge.purgeTags(['a'])).rejects.toMatchObject({
        code: 'cache-edge-unavailable',
        retryable: true,
        message: expect.stringContaining(fault),
      });
    },
  );

  it('need a valid token and address, and are one for each batch', () => {
    const open = (options: object) => new CloudflareEdge({ zoneId: 'zone', token: 'token', ...options });
    expect(() => open({ token: 'a b' })).toThrow('token: expected visible ASCII');
    expect(() => open({ apiUrl: 'api.example' })).toThrow('apiUrl: expected an absolute');
    expect(() => open({ itemsPerRequest: 0 })).toThrow('itemsPerRequest: expected a whole number');
    expect(open({})).toMatchObject({ tagsPerCall: 30, urlsPerCall: 30 });
  });

  it.each([
    [
      'a token of a wrong form',
      '{"success":false,"errors":[{"code":6003,"message":"Invalid request headers"}]}',
      6003,
    ],
    ['an unknown zone', '{"success":false,"errors":[{"code":7003,"message":"Could not route"}]}', 7003],
  ])('are retried after the status 400 because of %s: an operator mends it', async (_what, body, code) => {
    api.answers.push({ status: 400, body });
    await expect(edge.purgeTags(['a'])).rejects.toMatchObject({
      ...{ code: 'cache-edge-unavailable', message: expect.stringContaining(`status 400: error ${code}`) },
    });
  });

  it.each(['{"success":false,"errors":[{"code":1012,"message":"invalid tag"}]}', '<html>', 'null', '{}'])(
    'are refused with the status 400 and the body %s',
    async (body) => {
      api.answers.push({ status: 400, body });
      await expect(edge.purgeTags(['a'])).rejects.toMatchObject({ code: 'cache-edge-refused' });
    },
  );

  it('are retried when the response is not from the API', async () => {
    api.answers.push({ body: '<html>' });
    await expect(edge.purgeTags(['a'])).rejects.toMatchObject({ retryable: true });
  });
});
