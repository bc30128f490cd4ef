import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, EdgeApi, type RecordedRequest } from '../../../test/edge-api.ts';
import { describeEdgeTier } from '../../conformance/edge-tier.conformance.ts';
import { surrogateKeysOf } from '../../edge/edge-tags.ts';
import { VarnishEdge } from './varnish-edge.ts';

/** What the VCL of the README does with a request. */
function purge(api: EdgeApi, { path, headers }: RecordedRequest): Answer {
  const { 'purge-host': host, 'xkey-purge': hard, 'xkey-softpurge': soft } = headers;
  if (hard !== undefined) api.purgeTags(hard.split(' '), 'gone');
  else if (soft !== undefined) api.purgeTags(soft.split(' '), 'stale');
  else api.purgeUrl(`http://${host}${path}`, headers['purge-soft'] === '1' ? 'stale' : 'gone');
  return {};
}

describeEdgeTier('Varnish with a recorded API', async () => {
  const api = await EdgeApi.start(purge);
  return {
    tier: new VarnishEdge({ instance: api.url }),
    put: (path, tags) => {
      const url = `http://shop.example${path}`;
      api.put(url, surrogateKeysOf(tags).split(' '));
      return url;
    },
    stateOf: (url) => api.stateOf(url),
    close: () => api.stop(),
  };
});

describe('requests to Varnish', () => {
  let api: EdgeApi;
  beforeEach(async () => {
    api = await EdgeApi.start(purge);
  });
  afterEach(() => api.stop());
  const open = (options: object = {}) => new VarnishEdge({ instance: api.url, ...options });

  it('have the tags and the fields of the caller', async () => {
    await open({ headers: { 'purge-key': 'secret' } }).purgeTags(['product:GW-0001', 'two words']);
    expect(api.requests).toEqual([
      {
        method: 'PURGE',
        path: '/',
        headers: {
          host: new URL(api.url).host,
          'purge-key': 'secret',
          'xkey-purge': 'product:GW-0001 two%20words',
        },
        body: '',
      },
    ]);
  });

  it('name soft purges', async () => {
    await open().purgeTags(['a'], { soft: true });
    await open().purge(['https://shop.example/a?b=c'], { soft: true });
    expect(api.requests.map(({ path, headers }) => ({ path, ...headers }))).toEqual([
      { path: '/', host: new URL(api.url).host, 'xkey-softpurge': 'a' },
      { path: '/a?b=c', host: new URL(api.url).host, 'purge-host': 'shop.example', 'purge-soft': '1' },
    ]);
  });

  it('have at most as many bytes of tags as Varnish reads', async () => {
    await open({ headerBytes: 12 }).purgeTags(['tag-1', 'tag-2', 'tag-3', 'longer-than-12-bytes']);
    expect(api.requests.map(({ headers }) => headers['xkey-purge'])).toEqual([
      'tag-1 tag-2',
      'tag-3',
      'longer-than-12-bytes',
    ]);
  });

  it.each(['//evil.example/x', '//', '/a//b?c=//d'])(
    'stay with their instance for the path %s',
    async (path) => {
      await open().purge([`https://shop.example${path}`]);
      expect(api.requests).toEqual([expect.objectContaining({ method: 'PURGE', path })]);
    },
  );

  it('are one for each URL, so that each is confirmed by itself', () => {
    expect(open()).toMatchObject({ urlsPerCall: 1, tagsPerCall: 250 });
  });

  it('need a valid address, fields and limit', () => {
    expect(() => open({ instance: 'varnish:6081' })).toThrow('instance: expected an absolute');
    expect(() => open({ instance: 'http://varnish/x' })).toThrow('without a path');
    expect(() => open({ headers: { 'purge-key': 'a\n' } })).toThrow('headers: expected ASCII text');
    expect(() => open({ headerBytes: 0 })).toThrow('headerBytes: expected a whole number of at least 1');
  });
});
