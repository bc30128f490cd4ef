import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EdgeTier } from '../edge/edge-tier.ts';

export interface OpenEdge {
  readonly tier: EdgeTier;
  /** Brings a response with these tags (`surrogateKeysOf`) to the edge. Returns the URL of the object. */
  put(path: string, tags: readonly string[]): Promise<string> | string;
  /** What the edge has for the next client. The question may fetch the object again. */
  stateOf(url: string): Promise<ObjectState> | ObjectState;
  close(): Promise<void>;
}

export type ObjectState = 'fresh' | 'stale' | 'gone';

/** Tags that would break a header field or its list of tags. */
const STRANGE_TAGS = [
  'two words',
  'one,two',
  '100%',
  'line\r\nbreak',
  'Größe',
  '🛒',
  '"quoted"',
  'ä'.repeat(600),
];

/**
 * Tests the guarantees of every `EdgeTier`, against a real edge or its recorded API.
 *
 * @param hasSoftPurge whether the edge keeps the objects of a soft purge as stale ones
 */
export function describeEdgeTier(name: string, open: () => Promise<OpenEdge>, hasSoftPurge = true): void {
  describe(`${name} as an edge tier`, () => {
    let edge: OpenEdge;
    beforeAll(async () => {
      edge = await open();
    });
    afterAll(() => edge.close());
    const softened = hasSoftPurge ? 'stale' : 'gone';

    it('purges the objects of a tag, and no others', async () => {
      const [first, second, other] = [
        await edge.put('/tagged-1', ['shared', 'one']),
        await edge.put('/tagged-2', ['two', 'shared']),
        await edge.put('/tagged-3', ['shared-not']),
      ];
      await edge.tier.purgeTags(['shared']);
      expect([await edge.stateOf(first), await edge.stateOf(second), await edge.stateOf(other)]).toEqual([
        'gone',
        'gone',
        'fresh',
      ]);
    });

    it('purges an object by its URL, and no others', async () => {
      const [path, query, other] = [
        await edge.put('/url', ['url-1']),
        await edge.put('/url?a=b%20c&d=%C3%A4', ['url-2']),
        await edge.put('/url?a=other', ['url-3']),
      ];
      await edge.tier.purge([path, query]);
      expect([await edge.stateOf(path), await edge.stateOf(query), await edge.stateOf(other)]).toEqual([
        'gone',
        'gone',
        'fresh',
      ]);
    });

    it(`makes objects ${softened} with a soft purge`, async () => {
      const [tagged, url, other] = [
        await edge.put('/soft-tag', ['soft']),
        await edge.put('/soft-url', []),
        await edge.put('/soft-other', ['soft-not']),
      ];
      await edge.tier.purgeTags(['soft'], { soft: true });
      await edge.tier.purge([url], { soft: true });
      expect([await edge.stateOf(tagged), await edge.stateOf(url), await edge.stateOf(other)]).toEqual([
        softened,
        softened,
        'fresh',
      ]);
    });

    it.each(STRANGE_TAGS.map((tag, index) => [index, tag] as const))(
      'finds objects by a strange tag (%i: %j)',
      async (index, tag) => {
        const [url, other] = [
          await edge.put(`/strange-${index}`, [tag]),
          await edge.put(`/strange-other-${index}`, ['two', 'words', 'one', 'ä'.repeat(599)]),
        ];
        await edge.tier.purgeTags([tag]);
        expect([await edge.stateOf(url), await edge.stateOf(other)]).toEqual(['gone', 'fresh']);
      },
    );

    it('purges thousands of tags and dozens of URLs in one call', async () => {
      const tags = Array.from({ length: 2_000 }, (_, index) => `many-${index}`);
      const objects = await Promise.all(
        [0, 1, 999, 1_998, 1_999].map((index) => edge.put(`/many-${index}`, [`many-${index}`])),
      );
      const urls = await Promise.all(
        Array.from({ length: 40 }, (_, index) => edge.put(`/many-urls-${index}`, [])),
      );
      await edge.tier.purgeTags(tags);
      await edge.tier.purge(urls);
      for (const url of [...objects, ...urls]) expect(await edge.stateOf(url)).toBe('gone');
    });

    it('succeeds for tags and URLs that the edge does not have, for none, and again', async () => {
      const url = await edge.put('/repeated', ['repeated']);
      for (let call = 0; call < 2; call += 1) {
        await edge.tier.purgeTags(['repeated', 'unknown']);
        await edge.tier.purge([url, new URL('/unknown', url).href]);
      }
      await edge.tier.purgeTags([]);
      await edge.tier.purge([]);
      expect(await edge.stateOf(url)).toBe('gone');
    });

    it('rejects with a retryable error when the purge is aborted', async () => {
      const signal = AbortSignal.abort(new Error('aborted'));
      await expect(edge.tier.purgeTags(['aborted'], { signal })).rejects.toMatchObject({ retryable: true });
      const url = await edge.put('/aborted', []);
      await expect(edge.tier.purge([url], { signal })).rejects.toMatchObject({ retryable: true });
    });
  });
}
