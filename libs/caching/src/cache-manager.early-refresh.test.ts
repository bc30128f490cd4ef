import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { CacheManager } from './cache-manager.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

const LOAD_MS = 100;
const TTL_MS = 10_000;

describe('early refresh', () => {
  let clock: VirtualClock;
  let shared: LeasingMemoryTier;
  let loads: number;
  let failure: Error | undefined;
  const errors: unknown[] = [];

  beforeEach(() => {
    clock = new VirtualClock();
    shared = new LeasingMemoryTier({ now: () => clock.monotonicMs() });
    loads = 0;
    failure = undefined;
    errors.length = 0;
  });

  /** Its refresh is always due in the last tenth of a second: -ln(1 - random) is 1. */
  const manager = (withShared = true) =>
    new CacheManager({
      ...{ memory: new MemoryTier({ now: () => clock.monotonicMs() }), clock, jitter: 0 },
      ...(withShared && { shared }),
      random: () => 1 - 1 / Math.E,
      onRefreshError: (_key, error) => errors.push(error),
    });

  const load = async () => {
    loads += 1;
    await new Promise<void>((resolve) => clock.after(LOAD_MS, resolve));
    if (failure !== undefined) throw failure;
    return loads;
  };
  const read = async (cache: CacheManager, earlyRefresh = 1) => {
    const reading = cache.getOrSet('k', { ttlMs: TTL_MS, load, ...(earlyRefresh && { earlyRefresh }) });
    await clock.run(0);
    return reading;
  };
  const fill = async (...caches: CacheManager[]) => {
    for (const cache of caches) {
      const filling = read(cache);
      await clock.run(LOAD_MS);
      await filling;
    }
    await clock.run(TTL_MS - LOAD_MS * caches.length);
  };

  it.each([true, false])(
    'replaces an entry before it expires, and no caller waits (L2: %s)',
    async (withShared) => {
      const cache = manager(withShared);
      await fill(cache);
      for (let call = 0; call < 5; call += 1)
        expect(await read(cache)).toMatchObject({ from: 'hit-l1', value: 1 });
      await clock.run(LOAD_MS);
      expect(await read(cache)).toMatchObject({ from: 'hit-l1', value: 2, ttlMs: TTL_MS });
      expect(loads).toBe(2);
    },
  );

  it('does not begin long before the end, nor without the option', async () => {
    const cache = manager();
    await fill(cache);
    expect(await read(cache, 0)).toMatchObject({ value: 1 });
    expect(loads).toBe(1);
    await cache.invalidate({ keys: ['k'] });
    const filling = read(cache);
    await clock.run(LOAD_MS);
    await filling;
    await read(cache);
    await clock.run(LOAD_MS);
    expect(loads).toBe(2);
  });

  it('is done by one process: another one takes over its entry from L2, or serves its own', async () => {
    const [a, b] = [manager(), manager()];
    await fill(a, b);
    await read(a);
    await read(b);
    await clock.run(LOAD_MS);
    expect(loads).toBe(2);
    expect(await read(a)).toMatchObject({ value: 2 });
    await read(b);
    expect(await read(b)).toMatchObject({ from: 'hit-l1', value: 2 });
    expect(loads).toBe(2);
  });

  it('takes over what another process has refreshed, while its own entry is still fresh', async () => {
    const [a, b] = [manager(), manager()];
    const claims = jest.spyOn(shared, 'claim');
    for (const cache of [a, b]) {
      const filling = read(cache);
      await clock.run(LOAD_MS);
      await filling;
    }
    // Ten times as early as by default: time is left after the load.
    await clock.run(TTL_MS - 700);
    await read(a, 10);
    await clock.run(LOAD_MS);
    expect(loads).toBe(2);
    claims.mockClear();
    expect(await read(b, 10)).toMatchObject({ from: 'hit-l1', value: 1, ttlMs: 500 });
    expect(await read(b, 0)).toMatchObject({ from: 'hit-l1', value: 2 });
    // L2 was asked for an entry that is fresh for longer than this one, by more than the two can differ.
    expect(claims.mock.calls.map(([key, tags, , freshForMs]) => [key, tags, freshForMs])).toEqual([
      ['k', [], 500 + LOAD_MS],
    ]);
    expect([a, b].map(({ statistics }) => statistics.earlyRefreshes)).toEqual([1, 0]);
  });

  it('is done again for the entry that it has stored', async () => {
    const cache = manager();
    await fill(cache);
    for (const value of [1, 2]) {
      expect(await read(cache)).toMatchObject({ from: 'hit-l1', value });
      await clock.run(LOAD_MS);
      await clock.run(TTL_MS - LOAD_MS);
    }
    expect(loads).toBe(3);
    expect(cache.statistics.earlyRefreshes).toBe(2);
  });

  it('reports the error of its load, and the entry stays until it expires', async () => {
    const cache = manager();
    await fill(cache);
    failure = new Error('source down');
    await read(cache);
    await clock.run(LOAD_MS - 1);
    expect(await read(cache)).toMatchObject({ value: 1 });
    await clock.run(1);
    expect(errors).toEqual([failure]);
  });

  it('does not load without L2 while L2 is down: all processes would', async () => {
    const cache = manager();
    await fill(cache);
    shared.isDown = true;
    await read(cache);
    await clock.run(LOAD_MS);
    expect(loads).toBe(1);
  });

  it.each([0, -1, NaN, Infinity])('refuses the factor %d', async (earlyRefresh) => {
    const reading = manager().getOrSet('k', { ttlMs: TTL_MS, load, earlyRefresh });
    await expect(reading).rejects.toThrow(RangeError);
    expect(loads).toBe(0);
  });
});
