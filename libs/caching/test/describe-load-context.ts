import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CacheManager } from '../src/cache-manager.ts';
import { type LoadContext } from '../src/get-or-set/load-context.ts';

const TTL = { ttlMs: 60_000 };

/** The managers of two processes without a journal, whose shared tier is empty. */
export interface TwoManagers {
  readonly managers: readonly [CacheManager, CacheManager];
  readonly close?: () => void;
}

/** Tests loaders that decide how their value is cached. */
export function describeLoadContext(where: string, open: () => Promise<TwoManagers>): void {
  describe(`a loader that decides how its value is cached, ${where}`, () => {
    let a: CacheManager, b: CacheManager;
    let close: (() => void) | undefined;
    beforeEach(async () => {
      const opened = await open();
      [a, b] = opened.managers;
      close = opened.close;
    });
    afterEach(() => close?.());

    const tagged =
      (value: unknown, ...tags: string[]) =>
      (_signal: AbortSignal, context: LoadContext) => {
        context.addTags(tags);
        return value;
      };

    it('adds tags that are known only after the load', async () => {
      await a.getOrSet('k', { ...TTL, tags: ['known'], load: tagged('old', 'author:7') });
      expect(await b.get('k', ['known', 'author:7'])).toMatchObject({ from: 'hit-l2', value: 'old' });
      await b.invalidate({ tags: ['author:7'] });
      expect(await b.get('k')).toBeUndefined();
      const load = tagged('new', 'author:8');
      expect(await b.getOrSet('k', { ...TTL, load })).toMatchObject({ from: 'miss', value: 'new' });
      await b.invalidate({ tags: ['author:7'] });
      expect(await b.get('k')).toMatchObject({ value: 'new' });
    });

    it.each([
      ['its tag', { tags: ['author:7'] }],
      ['everything', { everything: true }],
    ])('is not stored when %s was invalidated during the load', async (_what, target) => {
      const gate = Promise.withResolvers<string>();
      const begun = Promise.withResolvers<void>();
      const loading = a.getOrSet('k', {
        ...TTL,
        load: async (_signal, context) => {
          begun.resolve();
          const value = await gate.promise;
          context.addTags(['author:7']);
          return value;
        },
      });
      await begun.promise;
      await b.invalidate(target);
      gate.resolve('old');
      expect(await loading).toMatchObject({ value: 'old', stored: false });
      expect([await a.get('k'), await b.get('k')]).toEqual([undefined, undefined]);
    });

    it('is stored when another tag was invalidated during the load', async () => {
      const loading = a.getOrSet('k', {
        ...TTL,
        load: async (_signal, context) => {
          await b.invalidate({ tags: ['author:8'], keys: ['other'] });
          context.addTags(['author:7']);
          return 'right';
        },
      });
      expect(await loading).toMatchObject({ stored: true });
      expect(await b.get('k')).toMatchObject({ from: 'hit-l2', value: 'right' });
    });

    it('sets the time to live', async () => {
      const load = (_signal: AbortSignal, context: LoadContext) => {
        context.setTtlMs(5_000);
        return 1;
      };
      const { ttlMs } = await a.getOrSet('k', { ...TTL, load });
      expect(ttlMs).toBeLessThanOrEqual(5_000);
      expect((await b.get('k'))?.ttlMs).toBeLessThanOrEqual(5_000);
    });

    it('returns a value that is not cached, and passes the lease on', async () => {
      const load = (_signal: AbortSignal, context: LoadContext) => {
        context.skip();
        return { partial: true };
      };
      expect(await a.getOrSet('k', { ...TTL, load })).toMatchObject({
        ...{ value: { partial: true }, stored: false, from: 'miss', ttlMs: 0 },
      });
      expect(await a.get('k')).toBeUndefined();
      expect(await b.getOrSet('k', { ...TTL, load: () => 'whole' })).toMatchObject({
        value: 'whole',
        stored: true,
      });
    });

    it('sees the expired value, and can say that it has not changed', async () => {
      const kept = { ...TTL, staleIfErrorMs: 60_000 };
      const load = async (_signal: AbortSignal, context: LoadContext) => {
        context.addTags(['author:7']);
        return { etag: 7 };
      };
      await a.getOrSet('k', { ...kept, load });
      await a.expire({ keys: ['k'] });
      for (const cache of [a, b]) {
        const seen: unknown[] = [];
        const again = await cache.getOrSet<{ etag: number } | undefined>('k', {
          ...kept,
          load: (_signal, context) => {
            seen.push(context.stale);
            return context.stale;
          },
        });
        expect(seen).toEqual([{ etag: 7 }]);
        expect(again).toMatchObject({ value: { etag: 7 }, stored: true, stale: false });
        await cache.expire({ keys: ['k'] });
      }
      // It has kept the tag that its first load has added.
      await b.invalidate({ tags: ['author:7'] });
      expect(await b.getOrSet('k', { ...kept, load: () => 'new' })).toMatchObject({ value: 'new' });
    });

    it('drops the tags of an expired value that it replaces', async () => {
      const kept = { ...TTL, staleIfErrorMs: 60_000 };
      await a.getOrSet('k', { ...kept, load: tagged('old', 'author:7') });
      await a.expire({ keys: ['k'] });
      await a.getOrSet('k', { ...kept, load: tagged('new', 'author:8') });
      await b.invalidate({ tags: ['author:7'] });
      expect(await b.get('k')).toMatchObject({ value: 'new' });
      await b.invalidate({ tags: ['author:8'] });
      expect(await b.get('k')).toBeUndefined();
    });

    it('does not see an expired value without the tags of its call', async () => {
      const kept = { ...TTL, staleIfErrorMs: 60_000 };
      await a.getOrSet('k', { ...kept, load: () => 'untagged' });
      await a.expire({ keys: ['k'] });
      const load = (_signal: AbortSignal, context: LoadContext) => context.stale ?? 'new';
      expect(await a.getOrSet('k', { ...kept, tags: ['t'], load })).toMatchObject({ value: 'new' });
    });

    it('cannot decide after the load has ended', async () => {
      let late: LoadContext | undefined;
      await a.getOrSet('k', { ...TTL, load: (_signal, context) => ((late = context), 1) });
      for (const call of [() => late?.addTags(['t']), () => late?.setTtlMs(1), () => late?.skip()])
        expect(call).toThrow(/^(addTags|setTtlMs|skip): the load has ended/);
    });

    it('does not see a value of L1 that L2 has lost to an invalidation', async () => {
      await a.getOrSet('k', { ...TTL, staleIfErrorMs: 60_000, load: () => 'old' });
      await a.expire({ keys: ['k'] });
      // Without a journal, a does not hear of it.
      await b.invalidate({ keys: ['k'] });
      const load = (_signal: AbortSignal, context: LoadContext) => context.stale ?? 'new';
      expect(await a.getOrSet('k', { ...TTL, load })).toMatchObject({ value: 'new' });
    });

    it('is refused with tags or a time that are invalid', async () => {
      const bad = (use: (context: LoadContext) => void) =>
        a.getOrSet('k', { ...TTL, load: (_signal, context) => (use(context), 1) });
      await expect(bad((context) => context.addTags(['']))).rejects.toThrow(RangeError);
      const many = Array.from({ length: 101 }, (_, index) => `t${index}`);
      await expect(bad((context) => context.addTags(many))).rejects.toThrow(RangeError);
      await expect(bad((context) => context.addTags(Array(101).fill('t')))).resolves.toBeDefined();
      await a.invalidate({ keys: ['k'] });
      await expect(bad((context) => context.setTtlMs(0))).rejects.toThrow(RangeError);
      await expect(a.getOrSet('k', { ...TTL, load: () => 1 })).resolves.toMatchObject({ value: 1 });
    });
  });
}
