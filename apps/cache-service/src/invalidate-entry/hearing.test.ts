import { CacheManager, MemoryTier } from '@groundwork/caching';
import { CacheInvalidated, Topics } from '@groundwork/contracts';
import { createLogger, HealthRegistry, Metrics } from '@groundwork/service-kit';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DEAF_AFTER_MS, Hearing } from './hearing.ts';

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

  it('uses a topic with one partition, because a heartbeat proves nothing about other partitions', () => {
    expect(CacheInvalidated.topic).toBe(Topics.cacheInvalidations.name);
    expect(Topics.cacheInvalidations.partitions).toBe(1);
  });
});
