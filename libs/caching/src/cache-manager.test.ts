import { describe, expect, it, jest } from '@jest/globals';
import { LocalJournal } from '../test/local-journal.ts';
import { CacheManager } from './cache-manager.ts';
import { type CacheManagerOptions } from './cache-manager-options.ts';
import { LoadTimeoutError } from './errors/load-timeout.error.ts';
import { NotCacheableError } from './errors/not-cacheable.error.ts';
import { MemoryTier } from './tiers/memory-tier.ts';
import { type LeasingTier } from './tiers/tier.ts';

const TTL = { ttlMs: 60_000 };

function memoryOnly(options: Partial<CacheManagerOptions> = {}) {
  return new CacheManager({ memory: new MemoryTier(), jitter: 0, ...options });
}

/** Creates a loader that reports its start and finishes when the test resolves or rejects it. */
function gatedLoad<T>() {
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<T>();
  const load = jest.fn(() => {
    started.resolve();
    return gate.promise;
  });
  return { load, started: started.promise, resolve: gate.resolve, reject: gate.reject };
}

/** Creates an L2 that holds nothing and whose writes finish when the test resolves them. */
function gatedL2() {
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<boolean>();
  const shared: LeasingTier = {
    read: () => undefined,
    fence: () => 'fence',
    claim: () => ({ state: 'granted', fence: 'fence' }),
    release: () => undefined,
    onLoadEnded: () => () => undefined,
    feedPosition: () => undefined,
    recordFeedPosition: () => undefined,
    recover: () => undefined,
    invalidate: () => ({}),
    expire: () => ({}),
    write: () => {
      started.resolve();
      return gate.promise;
    },
    put: async () => {
      started.resolve();
      return { outcome: (await gate.promise) ? 'stored' : 'overtaken' };
    },
  };
  return { shared, started: started.promise, resolve: gate.resolve };
}

describe('CacheManager', () => {
  it('loads on a miss, then answers from memory', async () => {
    const cache = memoryOnly();
    const load = jest.fn(async () => ({ name: 'pen' }));
    expect(await cache.getOrSet('a', { ...TTL, load })).toMatchObject({ from: 'miss', stored: true });
    expect(await cache.getOrSet('a', { ...TTL, load })).toMatchObject({
      from: 'hit-l1',
      value: { name: 'pen' },
    });
    expect(await cache.get('a')).toMatchObject({ from: 'hit-l1', value: { name: 'pen' } });
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('collapses 1000 concurrent misses into one load', async () => {
    const cache = memoryOnly();
    const { load, started, resolve } = gatedLoad<number>();
    const reads = Array.from({ length: 1_000 }, () => cache.getOrSet('a', { ...TTL, load }));
    await started;
    resolve(7);
    const answers = await Promise.all(reads);
    expect(load).toHaveBeenCalledTimes(1);
    expect(new Set(answers.map(({ value }) => value))).toEqual(new Set([7]));
    expect(answers.filter(({ collapsed }) => collapsed)).toHaveLength(999);
  });

  it('caches null but not undefined', async () => {
    const cache = memoryOnly();
    const nothing = jest.fn(async () => null);
    await cache.getOrSet('null', { ...TTL, load: nothing });
    expect(await cache.getOrSet('null', { ...TTL, load: nothing })).toMatchObject({
      from: 'hit-l1',
      value: null,
    });
    expect(nothing).toHaveBeenCalledTimes(1);

    expect(await cache.getOrSet('undefined', { ...TTL, load: () => undefined })).toMatchObject({
      value: undefined,
      stored: false,
    });
    expect(await cache.get('undefined')).toBeUndefined();
  });

  it('does not cache errors: all waiting callers get the error, and the next call loads', async () => {
    const cache = memoryOnly();
    const { load, started, reject } = gatedLoad<number>();
    const reads = [cache.getOrSet('a', { ...TTL, load }), cache.getOrSet('a', { ...TTL, load })];
    await started;
    const down = new Error('source down');
    reject(down);
    expect(await Promise.allSettled(reads)).toEqual(Array(2).fill({ status: 'rejected', reason: down }));
    expect((await cache.getOrSet('a', { ...TTL, load: () => 1 })).value).toBe(1);
  });

  it.each([0, -1, Number.NaN, Infinity, 1e15])(
    'refuses a TTL of %s before anything is loaded or written',
    async (ttlMs) => {
      const cache = memoryOnly();
      let loads = 0;
      const load = () => (loads += 1);
      await expect(cache.getOrSet('a', { ttlMs, load })).rejects.toThrow(
        'ttlMs: expected milliseconds above 0',
      );
      await expect(cache.set('a', 1, { ttlMs })).rejects.toThrow(RangeError);
      expect(loads).toBe(0);
      await expect(cache.getOrSet('a', { ttlMs: () => ttlMs, load })).rejects.toThrow(RangeError);
      expect(await cache.get('a')).toBeUndefined();
      expect((await cache.getOrSet('a', { ...TTL, load })).value).toBe(2);
    },
  );

  it('refuses keys and tags that are empty, too long or too many, before anything is loaded or written', async () => {
    const cache = memoryOnly();
    const megabyte = 'k'.repeat(1_000_000);
    const never = () => Promise.reject(new Error('loaded'));
    for (const key of ['', megabyte, undefined as unknown as string]) {
      await expect(cache.getOrSet(key, { ...TTL, load: never })).rejects.toThrow(
        'key: expected text of 1 to 1024',
      );
      await expect(cache.get(key)).rejects.toThrow(RangeError);
      await expect(cache.set(key, 1, TTL)).rejects.toThrow(RangeError);
      await expect(cache.invalidate({ keys: [key] })).rejects.toThrow(RangeError);
      await expect(cache.invalidate({ tags: [key] })).rejects.toThrow('tag: expected text of 1 to 1024');
      await expect(cache.set('a', 1, { ...TTL, tags: [key] })).rejects.toThrow(RangeError);
    }
    const tags = Array.from({ length: 10_001 }, (_, index) => `tag-${index}`);
    await expect(cache.getOrSet('a', { ...TTL, tags, load: never })).rejects.toThrow(
      'tags: expected at most 100, got 10001',
    );
    await expect(cache.set('a', 1, { ...TTL, tags })).rejects.toThrow(RangeError);
    await expect(cache.invalidate({ tags })).rejects.toThrow('target: expected at most 10000 keys and tags');
    expect(await cache.get('a')).toBeUndefined();
  });

  it('reads several keys at once, and deletes one', async () => {
    const cache = memoryOnly();
    for (const key of ['a', 'b', 'c']) await cache.set(key, key.toUpperCase(), TTL);
    await cache.delete('b');
    const many = Array.from({ length: 250 }, (_, index) => `many-${index}`);
    for (const key of many) await cache.getOrSet(key, { ...TTL, load: () => key });
    expect((await cache.getMany(many)).size).toBe(250);
    const found = await cache.getMany(['a', 'b', 'c', 'd']);
    expect([...found].map(([key, { value }]) => [key, value])).toEqual([
      ['a', 'A'],
      ['c', 'C'],
    ]);
  });

  it('rejects a value that is not JSON data', async () => {
    const cache = memoryOnly();
    await expect(cache.set('a', 1n, TTL)).rejects.toBeInstanceOf(NotCacheableError);
    await expect(cache.set('a', { at: new Date() }, TTL)).rejects.toThrow('value.at is a Date');
    await expect(cache.set('a', undefined, TTL)).rejects.toMatchObject({
      code: 'cache-value-not-json',
      retryable: false,
    });
    await expect(cache.getOrSet('a', { ...TTL, load: () => () => 1 })).rejects.toBeInstanceOf(
      NotCacheableError,
    );
  });

  it('gives every caller, including the one that loads, the same frozen data', async () => {
    const cache = memoryOnly();
    const load = () => ({ tags: ['a'], at: '1970-01-01T00:00:00.000Z' });
    const missed = await cache.getOrSet('a', { ...TTL, load });
    expect(() => missed.value.tags.push('b')).toThrow(TypeError);
    const { value } = await cache.getOrSet('a', { ...TTL, load });
    expect(value).toEqual({ tags: ['a'], at: '1970-01-01T00:00:00.000Z' });
    expect(value).toEqual(missed.value);
  });

  it('abandons a hanging loader, aborts its signal, and can load the key again', async () => {
    const cache = memoryOnly({ loadLimitMs: 20 });
    let told: AbortSignal | undefined;
    const hang = (signal: AbortSignal) => {
      told = signal;
      return new Promise<number>(() => undefined);
    };
    await expect(cache.getOrSet('a', { ...TTL, load: hang })).rejects.toBeInstanceOf(LoadTimeoutError);
    expect(told?.aborted).toBe(true);
    expect((await cache.getOrSet('a', { ...TTL, load: () => 1 })).value).toBe(1);
  });

  it.each([
    ['key', { keys: ['a'] }],
    ['tag', { tags: ['red'] }],
  ])(
    'after an invalidation (%s), a load in flight is neither stored nor joined by later calls',
    async (_by, target) => {
      const cache = memoryOnly();
      const old = gatedLoad<string>();
      const early = cache.getOrSet('a', { ...TTL, tags: ['red'], load: old.load });
      await old.started;
      await cache.invalidate(target);

      const fresh = gatedLoad<string>();
      const late = cache.getOrSet('a', { ...TTL, tags: ['red'], load: fresh.load });
      fresh.resolve('new');
      expect((await late).value).toBe('new');
      old.resolve('old');
      expect(await early).toMatchObject({ value: 'old', stored: false });
      expect((await cache.get('a'))?.value).toBe('new');
    },
  );

  it('a load in flight does not overwrite a later set', async () => {
    const cache = memoryOnly();
    const { load, started, resolve } = gatedLoad<string>();
    const early = cache.getOrSet('a', { ...TTL, load });
    await started;
    await cache.set('a', 'set', TTL);
    resolve('loaded');
    await early;
    expect((await cache.get('a'))?.value).toBe('set');
  });

  it.each([
    ['set', (cache: CacheManager) => cache.set('a', 'old', { ...TTL, tags: ['red'] })],
    ['load', (cache: CacheManager) => cache.getOrSet('a', { ...TTL, tags: ['red'], load: () => 'old' })],
  ])('does not keep a value in L1 when it is invalidated while L2 stores it (%s)', async (_by, write) => {
    for (const target of [{ keys: ['a'] }, { tags: ['red'] }]) {
      const { shared, started, resolve } = gatedL2();
      const cache = new CacheManager({ memory: new MemoryTier(), shared });
      const written = write(cache);
      await started;
      await cache.invalidate(target);
      resolve(true);
      await written;
      expect(await cache.get('a')).toBeUndefined();
    }
  });

  it.each([
    ['set', (cache: CacheManager) => cache.set('a', 'old', TTL)],
    ['load', (cache: CacheManager) => cache.getOrSet('a', { ...TTL, load: () => 'old' })],
  ])(
    'does not keep a value in L1 when L2 refuses it because another process invalidated it (%s)',
    async (_by, write) => {
      const { shared, resolve } = gatedL2();
      const cache = new CacheManager({ memory: new MemoryTier(), shared });
      resolve(false);
      await write(cache);
      expect(await cache.get('a')).toBeUndefined();
    },
  );

  it('only shortens a time to live by the jitter', async () => {
    const cache = new CacheManager({ memory: new MemoryTier(), jitter: 0.5 });
    const ttls = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const { ttlMs } = await cache.getOrSet(`key-${index}`, { ttlMs: 1_000_000, load: () => 1 });
        return ttlMs;
      }),
    );
    expect(Math.max(...ttls)).toBeLessThanOrEqual(1_000_000);
    expect(Math.min(...ttls)).toBeGreaterThanOrEqual(500_000);
    expect(Math.max(...ttls) - Math.min(...ttls)).toBeGreaterThan(250_000);
  });

  it('refuses a journal without the tier whose changes it carries', () => {
    const journal = new LocalJournal();
    expect(() => new CacheManager({ memory: new MemoryTier(), journal })).toThrow(
      'journal: expected the shared tier',
    );
  });

  it('keeps the newer of two versions, also without L2', async () => {
    const cache = memoryOnly();
    await cache.set('a', 'newer', { ...TTL, version: 2 });
    await cache.set('a', 'older', { ...TTL, version: 1 });
    expect((await cache.get('a'))?.value).toBe('newer');
    await cache.set('a', 'newest', { ...TTL, version: 3 });
    expect((await cache.get('a'))?.value).toBe('newest');
  });

  it.each([-1, 0.5, NaN, Infinity])('refuses the version %d before anything is stored', async (version) => {
    const cache = memoryOnly();
    await expect(cache.set('a', 1, { ...TTL, version })).rejects.toThrow(RangeError);
    await expect(cache.invalidate({ keys: ['a'], version })).rejects.toThrow(RangeError);
    expect(await cache.get('a')).toBeUndefined();
  });

  it('computes the time to live from the value when ttlMs is a function', async () => {
    const cache = memoryOnly();
    const ttlMs = (value: number | null) => (value === null ? 5_000 : 30_000);
    expect((await cache.getOrSet<number | null>('none', { ttlMs, load: () => null })).ttlMs).toBe(5_000);
    expect((await cache.getOrSet<number | null>('one', { ttlMs, load: () => 1 })).ttlMs).toBe(30_000);
  });
});
