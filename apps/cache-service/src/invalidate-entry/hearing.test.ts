import { CacheManager, MemoryTier } from '@groundwork/caching';
import { CacheInvalidated, Topics } from '@groundwork/contracts';
import { createLogger, HealthRegistry, Metrics } from '@groundwork/service-kit';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BEATS_BEFORE_EMPTYING, DEAF_AFTER_MS, Hearing } from './hearing.ts';

describe('Hearing', () => {
  let cache: CacheManager;
  let health: HealthRegistry;
  let metrics: Metrics;
  let hearing: Hearing;
  let now = 0;

  beforeEach(() => {
    now = 1_000_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    cache = new CacheManager({ memory: new MemoryTier(), hearing: false, deafTtlMs: 1_000 });
    [health, metrics] = [new HealthRegistry(), new Metrics()];
    hearing = new Hearing(cache, createLogger({ service: 'test', level: 'silent' }), health, metrics);
  });
  afterEach(() => void jest.restoreAllMocks());

  const isTrusted = async () => (await health.ready()).checks['invalidations']?.status === 'ok';
  const beat = (offset: number, sentAtMs = now) =>
    hearing.heardOwnHeartbeat({ id: `own ${offset}`, offset: String(offset) }, sentAtMs);
  const cached = async (load: () => unknown) =>
    (await cache.getOrSet('key', { ttlMs: 30_000, tags: ['tag'], load })).value;

  it('is deaf until it receives its own heartbeat', async () => {
    hearing.heard('7');
    expect(await isTrusted()).toBe(false);
    await beat(8);
    expect(await isTrusted()).toBe(true);
    expect(await metrics.registry.metrics()).toContain('cache_hearing_invalidations 1');
  });

  it('clears the cache when it becomes hearing, because older entries may be stale', async () => {
    await cached(() => 'old');
    await beat(0);
    expect(await cached(() => 'new')).toBe('new');
  });

  it('becomes deaf when heartbeats no longer return, and keeps entries for a second only', async () => {
    await beat(0);
    await cached(() => 'old');
    now += DEAF_AFTER_MS + 1;
    hearing.check();
    expect(await isTrusted()).toBe(false);
    expect(await cached(() => 'new')).toBe('new');
    now += 1_001;
    expect(await cached(() => 'newer')).toBe('newer');
  });

  it('stays deaf after heartbeats that return too late or twice', async () => {
    await beat(0, now - DEAF_AFTER_MS - 1);
    expect(await isTrusted()).toBe(false);
    await beat(1);
    const sentAtMs = now;
    now += DEAF_AFTER_MS + 1;
    hearing.check();
    await beat(1, sentAtMs);
    expect(await isTrusted()).toBe(false);
  });

  it('clears the cache when a message was missed, even if heartbeats return', async () => {
    await beat(0);
    await cached(() => 'old');
    now += 500;
    await beat(2);
    now += 500;
    await beat(3);
    expect(await cached(() => 'new')).toBe('new');
    expect(await isTrusted()).toBe(true);
  });

  it('keeps the cache when every message was received, in any order', async () => {
    await beat(0);
    await cached(() => 'right');
    hearing.heard('2');
    now += 500;
    await beat(3);
    hearing.heard('1');
    now += 500;
    await beat(4);
    expect(await cached(() => 'again')).toBe('right');
  });

  it('keeps the cache when a heartbeat is delivered twice', async () => {
    const sentAtMs = now;
    await beat(0, sentAtMs);
    now += 500;
    await beat(1);
    await cached(() => 'right');
    await beat(0, sentAtMs);
    expect(await cached(() => 'again')).toBe('right');
  });

  it('clears the cache when the topic was recreated', async () => {
    await beat(5_000);
    await cached(() => 'old');
    now += 500;
    await beat(0);
    expect(await cached(() => 'new')).toBe('new');
  });

  describe('with an L2 that outlives processes', () => {
    let recorded: string | undefined;
    let calls: string[];
    let isEmptied: boolean;

    beforeEach(() => {
      recorded = undefined;
      calls = [];
      isEmptied = true;
      const feed = {
        lost: () => void calls.push('lost'),
        startEmpty: async () => {
          calls.push('startEmpty');
          return isEmptied;
        },
        startWithOthers: async (includes: (id: string) => boolean) =>
          recorded !== undefined && includes(recorded),
        record: async (id: string) => void calls.push(`record ${id}`),
      };
      const withL2 = { feed } as unknown as CacheManager;
      const logger = createLogger({ service: 'test', level: 'silent' });
      hearing = new Hearing(withL2, logger, new HealthRegistry(), new Metrics());
    });
    const beats = async (...offsets: number[]) => {
      for (const offset of offsets) {
        now += 500;
        await beat(offset);
      }
    };
    const beatOfOther = (offset: number) =>
      hearing.heardHeartbeat({ id: `other ${offset}`, offset: String(offset) });

    it('keeps L2 as soon as it has received the heartbeat that another process has recorded', async () => {
      recorded = 'other 3';
      await beats(2);
      expect(calls).toEqual([]);
      beatOfOther(3);
      await beats(4, 5, 6);
      // Each heartbeat but the last is complete.
      expect(calls).toEqual(['record own 4', 'record own 5']);
    });

    it('empties L2 at its fourth heartbeat when no other process records one', async () => {
      recorded = 'other 1';
      await beats(...Array.from({ length: BEATS_BEFORE_EMPTYING - 1 }, (_, index) => 2 + index));
      expect(calls).toEqual([]);
      await beats(5, 6);
      expect(calls).toEqual(['startEmpty', 'record own 5']);
    });

    it('stays deaf while the tiers cannot be emptied, and tries again at each heartbeat', async () => {
      isEmptied = false;
      await beats(...Array.from({ length: BEATS_BEFORE_EMPTYING }, (_, index) => 1 + index));
      expect(calls).toEqual(['startEmpty']);
      isEmptied = true;
      await beats(5, 6);
      expect(calls).toEqual(['startEmpty', 'startEmpty', 'record own 5']);
    });

    it('does not rely on a heartbeat from before a gap, also when it is delivered again', async () => {
      recorded = 'other 1';
      beatOfOther(1);
      await beats(2);
      // 3 is missing.
      await beats(4, 5);
      expect(calls).toEqual(['record own 2', 'lost']);
      beatOfOther(1);
      await beats(6, 7);
      expect(calls).toEqual(['record own 2', 'lost']);
      await beats(8);
      expect(calls).toEqual(['record own 2', 'lost', 'startEmpty']);
    });

    it('does not begin while a message is missing that may still come', async () => {
      recorded = 'other 3';
      await beats(2);
      beatOfOther(3);
      await beats(5);
      expect(calls).toEqual([]);
      hearing.heard('4');
      await beats(6, 7);
      expect(calls).toEqual(['record own 6']);
    });

    it('waits for others again after it was deaf', async () => {
      recorded = 'other 1';
      beatOfOther(1);
      await beats(2, 3);
      now += DEAF_AFTER_MS + 1;
      hearing.check();
      await beats(4, 5);
      expect(calls).toEqual(['record own 2', 'lost']);
      recorded = 'own 4';
      await beats(6, 7);
      expect(calls.at(-1)).toBe('record own 6');
    });
  });

  it('uses a topic with one partition, because a heartbeat proves nothing about other partitions', () => {
    expect(CacheInvalidated.topic).toBe(Topics.cacheInvalidations.name);
    expect(Topics.cacheInvalidations.partitions).toBe(1);
  });
});
