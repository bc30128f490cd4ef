import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { type Entry } from '../tiers/entry.ts';
import { type Tier } from '../tiers/tier.ts';

export interface OpenTier<T> {
  readonly tier: T;
  close(): void | Promise<void>;
}

const MINUTE_MS = 60_000;

export function entryOf(
  value: unknown,
  { tags = [], ttlMs = MINUTE_MS, freshMs = ttlMs }: Partial<Omit<Entry, 'value'>> = {},
): Entry {
  return { value, tags, ttlMs, freshMs };
}

/** Tests the guarantees of every tier (tiers/tier.ts) against a real tier. */
export function describeTier(name: string, open: () => Promise<OpenTier<Tier>>): void {
  describe(`${name} as a tier`, () => {
    let opened: OpenTier<Tier>;
    let tier: Tier;
    beforeAll(async () => {
      opened = await open();
      tier = opened.tier;
    });
    afterAll(() => opened.close());

    const put = async (key: string, entry: Entry) =>
      tier.write(key, entry, await tier.fence(key, entry.tags));
    const valueOf = async (key: string) => (await tier.read(key))?.value;

    it.each([
      ['key', { keys: ['soft'] }],
      ['tag', { tags: ['soft-tag'] }],
      ['everything', { everything: true }],
    ])(
      'makes earlier entries stale when they expire (%s), and serves later ones as fresh',
      async (_what, target) => {
        const entry = (value: string) => entryOf(value, { tags: ['soft-tag'] });
        await put('soft', entry('old'));
        await tier.expire(target);
        const stale = await tier.read('soft');
        expect(stale?.value).toBe('old');
        expect(stale?.freshMs).toBeLessThanOrEqual(0);
        expect(stale?.ttlMs).toBeGreaterThan(MINUTE_MS / 2);
        await put('soft', entry('new'));
        expect((await tier.read('soft'))?.freshMs).toBeGreaterThan(MINUTE_MS / 2);
      },
    );

    it('does not expire other entries', async () => {
      await put('other', entryOf(1, { tags: ['other-tag'] }));
      await tier.expire({ keys: ['unrelated'], tags: ['unrelated-tag'] });
      expect((await tier.read('other'))?.freshMs).toBeGreaterThan(MINUTE_MS / 2);
    });

    it.each([
      ['key', { keys: ['expiring'] }],
      ['tag', { tags: ['soft-tag'] }],
    ])(
      'never serves as fresh what was read from the source before it expired (%s)',
      async (_what, target) => {
        const early = await tier.fence('expiring', ['soft-tag']);
        await tier.expire(target);
        await tier.write('expiring', entryOf('old', { tags: ['soft-tag'] }), early);
        expect((await tier.read('expiring'))?.freshMs ?? 0).toBeLessThanOrEqual(0);
        await tier.invalidate({ keys: ['expiring'] });
      },
    );

    it.each([
      ['key', { keys: ['aged'] }],
      ['tag', { tags: ['aged-tag'] }],
    ])('does not make a stale entry younger when it expires (%s), and lets it age', async (_what, target) => {
      await put('aged', entryOf('old', { tags: ['aged-tag'], freshMs: -10_000 }));
      await tier.expire(target);
      const { freshMs: first = 0 } = (await tier.read('aged')) ?? {};
      expect(first).toBeLessThanOrEqual(-10_000);
      await eventually(async () => ((await tier.read('aged'))?.freshMs ?? 0) < first - 5);
      await put('aged', entryOf('new', { tags: ['aged-tag'] }));
      await tier.expire(target);
      const { freshMs: stale = 1 } = (await tier.read('aged')) ?? {};
      expect(stale).toBeLessThanOrEqual(0);
      await eventually(async () => ((await tier.read('aged'))?.freshMs ?? 0) < stale - 5);
    });

    it('keeps an expired entry invalid after an invalidation', async () => {
      await put('both', entryOf('old', { tags: ['both-tag'] }));
      await tier.expire({ tags: ['both-tag'] });
      await tier.invalidate({ tags: ['both-tag'] });
      expect(await tier.read('both')).toBeUndefined();
    });

    it('keeps the fresh part of the time to live', async () => {
      await put('fresh', entryOf(1, { ttlMs: MINUTE_MS, freshMs: MINUTE_MS / 2 }));
      const { ttlMs = 0, freshMs = 0 } = (await tier.read('fresh')) ?? {};
      expect(ttlMs - freshMs).toBeGreaterThan(MINUTE_MS / 2 - 2);
      expect(ttlMs - freshMs).toBeLessThan(MINUTE_MS / 2 + 2);
    });

    it('returns the written entry with its tags and at most its time to live', async () => {
      await put('whole', entryOf({ a: [1, 'é', null] }, { tags: ['x', 'y'] }));
      const entry = await tier.read('whole');
      expect(entry?.value).toEqual({ a: [1, 'é', null] });
      expect(entry?.tags).toEqual(['x', 'y']);
      expect(entry?.ttlMs).toBeGreaterThan(0);
      expect(entry?.ttlMs).toBeLessThanOrEqual(MINUTE_MS);
    });

    it('distinguishes null from a missing entry', async () => {
      await put('null', entryOf(null));
      expect((await tier.read('null'))?.value).toBeNull();
      expect(await tier.read('never written')).toBeUndefined();
    });

    it('removes an entry when its time to live is over', async () => {
      await put('short', entryOf('gone soon', { ttlMs: 20 }));
      await eventually(async () => (await tier.read('short')) === undefined);
    });

    it('replaces an entry', async () => {
      await put('replaced', entryOf(1, { tags: ['old'] }));
      await put('replaced', entryOf(2));
      await tier.invalidate({ tags: ['old'] });
      expect(await valueOf('replaced')).toBe(2);
    });

    it('invalidates by key', async () => {
      await put('key-1', entryOf(1));
      await put('key-2', entryOf(2));
      await tier.invalidate({ keys: ['key-1', 'never written'] });
      expect([await valueOf('key-1'), await valueOf('key-2')]).toEqual([undefined, 2]);
    });

    it('invalidates exactly the entries that have the tag', async () => {
      await put('red', entryOf(1, { tags: ['red'] }));
      await put('both', entryOf(2, { tags: ['red', 'blue'] }));
      await put('blue', entryOf(3, { tags: ['blue'] }));
      await tier.invalidate({ tags: ['red', 'never used'] });
      expect([await valueOf('red'), await valueOf('both'), await valueOf('blue')]).toEqual([
        undefined,
        undefined,
        3,
      ]);
    });

    it('accepts new entries with a tag that was invalidated', async () => {
      await tier.invalidate({ tags: ['again'] });
      await put('again', entryOf('new', { tags: ['again'] }));
      expect(await valueOf('again')).toBe('new');
    });

    it('distinguishes a key from a tag of the same name', async () => {
      await put('twin', entryOf(1));
      await tier.invalidate({ tags: ['twin'] });
      expect(await valueOf('twin')).toBe(1);
    });

    it('invalidates everything', async () => {
      await put('any', entryOf(1));
      await tier.invalidate({ everything: true });
      expect(await valueOf('any')).toBeUndefined();
    });

    it.each([
      ['its key', { keys: ['late'] }],
      ['one of its tags', { tags: ['late-tag'] }],
      ['everything', { everything: true }],
    ])('refuses a write when %s was invalidated after the fence was taken', async (_what, target) => {
      const fence = await tier.fence('late', ['late-tag', 'other-tag']);
      await tier.invalidate(target);
      const entry = entryOf('old', { tags: ['late-tag', 'other-tag'] });
      expect(await tier.write('late', entry, fence)).toBe(false);
      expect(await tier.read('late')).toBeUndefined();
    });

    it('returns data that callers cannot change', async () => {
      await put('frozen', entryOf(Object.freeze({ list: Object.freeze([1]) })));
      const value = (await valueOf('frozen')) as { list: number[] };
      expect(() => value.list.push(2)).toThrow(TypeError);
      expect(await valueOf('frozen')).toEqual({ list: [1] });
    });
  });
}
