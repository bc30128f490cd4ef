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
    tier: new VarnishEdge({ instances: [api.url] }),
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
  let instances: EdgeApi[];
  beforeEach(async () => {
    instances = [await EdgeApi.start(purge), await EdgeApi.start(purge)];
  });
  afterEach(() => Promise.all(instances.map((api) => api.stop())));
  const open = (options: object = {}) =>
    new VarnishEdge({ instances: instances.map(({ url }) => url), ...options });

  it('are sent to every instance', async () => {
    await open({ headers: { 'purge-key': 'secret' } }).purgeTags(['product:GW-0001', 'two words']);
    for (const api of instances)
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
    expect(instances[0]!.requests.map(({ path, headers }) => ({ path, ...headers }))).toEqual([
      { path: '/', host: new URL(instances[0]!.url).host, 'xkey-softpurge': 'a' },
      {
        path: '/a?b=c',
        host: new URL(instances[0]!.url).host,
        'purge-host': 'shop.example',
        'purge-soft': '1',
      },
    ]);
  });

  it('have at most as many bytes of tags as Varnish reads', async () => {
    await open({ headerBytes: 12 }).purgeTags(['tag-1', 'tag-2', 'tag-3', 'longer-than-12-bytes']);
    expect(instances[1]!.requests.map(({ headers }) => headers['xkey-purge'])).toEqual([
      'tag-1 tag-2',
      'tag-3',
      'longer-than-12-bytes',
    ]);
  });

  it('reach all other instances when one is away, and the purge fails with an error that may be retried', async () => {
    instances[0]!.answers.push('drop');
    await expect(open().purgeTags(['a'])).rejects.toMatchObject({
      code: 'cache-edge-unavailable',
      retryable: true,
    });
    expect(instances[1]!.requests).toHaveLength(1);
  });

  it('are retried if one instance is away and another one refuses', async () => {
    instances[0]!.answers.push({ status: 400 });
    instances[1]!.answers.push('drop');
    await expect(open().purgeTags(['a'])).rejects.toMatchObject({ retryable: true });
  });

  it.each(['//evil.example/x', '//', '/a//b?c=//d'])(
    'stay with their instance for the path %s',
    async (path) => {
      await open().purge([`https://shop.example${path}`]);
      for (const { requests } of instances)
        expect(requests).toEqual([expect.objectContaining({ method: 'PURGE', path })]);
    },
  );

  it('need an instance', () => {
    expect(() => new VarnishEdge({ instances: [] })).toThrow('instances: expected at least one address');
    expect(() => open({ headerBytes: 0 })).toThrow('headerBytes: expected a whole number of at least 1');
  });
});
