import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, EdgeApi, type RecordedRequest } from '../../../test/edge-api.ts';
import { describeEdgeTier } from '../../conformance/edge-tier.conformance.ts';
import { surrogateKeysOf } from '../../edge/edge-tags.ts';
import { FastlyEdge } from './fastly-edge.ts';

/** What the purge API of Fastly does with a request. */
function purge(api: EdgeApi, { method, path, headers }: RecordedRequest): Answer {
  const state = headers['fastly-soft-purge'] === '1' ? 'stale' : 'gone';
  const keys = headers['surrogate-key']?.split(' ') ?? [];
  if (method !== 'POST' || headers['fastly-key'] !== 'token') return { status: 401 };
  if (path.startsWith('/purge/')) api.purgeUrl(`https://${path.slice('/purge/'.length)}`, state);
  else if (keys.length > 256) return { status: 400 };
  else api.purgeTags(keys, state);
  return { body: '{"status":"ok"}' };
}

describeEdgeTier('Fastly with a recorded API', async () => {
  const api = await EdgeApi.start(purge);
  return {
    tier: new FastlyEdge({ serviceId: 'service', token: 'token', apiUrl: api.url }),
    put: (path, tags) => {
      const url = `https://shop.example${path}`;
      api.put(url, surrogateKeysOf(tags).split(' '));
      return url;
    },
    stateOf: (url) => api.stateOf(url),
    close: () => api.stop(),
  };
});

describe('requests to Fastly', () => {
  let api: EdgeApi;
  beforeEach(async () => {
    api = await EdgeApi.start(purge);
  });
  afterEach(() => api.stop());
  const open = (options: object = {}) =>
    new FastlyEdge({ serviceId: 'SU1Z0isxPaozGVKXdv0eY', token: 'token', apiUrl: api.url, ...options });
  const fields = () => ({ host: new URL(api.url).host, 'fastly-key': 'token' });

  it('purge tags in batches', async () => {
    await open({ tagsPerRequest: 2 }).purgeTags(['product:GW-0001', 'two words', 'products']);
    const request = { method: 'POST', path: '/service/SU1Z0isxPaozGVKXdv0eY/purge', body: '' };
    expect(api.requests).toEqual([
      { ...request, headers: { ...fields(), 'surrogate-key': 'product:GW-0001 two%20words' } },
      { ...request, headers: { ...fields(), 'surrogate-key': 'products' } },
    ]);
  });

  it('have at most 256 tags, and fewer long ones', async () => {
    await open().purgeTags(Array.from({ length: 300 }, (_, index) => `${index}`));
    await open().purgeTags(Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(1_000, '-')));
    const counts = api.requests.map(({ headers }) => headers['surrogate-key']!.split(' ').length);
    expect(counts).toEqual([256, 44, 15, 15, 10]);
    expect(() => open({ tagsPerRequest: 257 })).toThrow('tagsPerRequest: expected at most 256, got 257');
  });

  it('need a valid token and address, and are one for each URL', () => {
    expect(() => open({ token: 'a\n' })).toThrow('token: expected visible ASCII');
    expect(() => open({ apiUrl: 'https://me:a@api.example' })).toThrow('apiUrl: expected an address without');
    expect(open({ tagsPerRequest: 9 })).toMatchObject({ tagsPerCall: 9, urlsPerCall: 1 });
  });

  it('purge a URL, softly if asked to', async () => {
    await open().purge(['https://shop.example/v1/products?page=2'], { soft: true });
    expect(api.requests).toEqual([
      {
        method: 'POST',
        path: '/purge/shop.example/v1/products?page=2',
        headers: { ...fields(), 'fastly-soft-purge': '1' },
        body: '',
      },
    ]);
  });

  it('end at the first batch that fails', async () => {
    api.answers.push({ status: 503 });
    await expect(open({ tagsPerRequest: 1 }).purgeTags(['a', 'b'])).rejects.toMatchObject({
      retryable: true,
    });
    expect(api.requests).toHaveLength(1);
  });
});
