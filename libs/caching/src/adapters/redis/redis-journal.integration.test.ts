import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { describeInvalidationJournal } from '../../conformance/invalidation-journal.conformance.ts';
import { type Announcement } from '../../invalidation/journal.ts';
import { CodedTier } from '../../tiers/coded-tier.ts';
import { RedisJournal } from './redis-journal.ts';
import { RedisTier } from './redis-tier.ts';

async function openRedisJournal() {
  const server = await startTestRedis();
  const redis = new Redis(server.url);
  const stored = new RedisTier(redis, 'test:');
  const tier = new CodedTier(stored);
  const journal = new RedisJournal(redis, 'test:');
  return {
    ...{ redis, tier, journal },
    announce: async ({ kind, keys = [], tags = [], everything = false, by }: Announcement) =>
      (await tier[kind]({ keys, tags, everything, by })).position ?? '',
    loseAnnouncements: async () => void (await redis.unlink('test:j')),
    loseFollowers: async () => void (await redis.unlink('test:f')),
    close: async () => {
      stored.close();
      journal.close();
      redis.disconnect();
      await server.stop();
    },
  };
}

describeInvalidationJournal('RedisJournal', openRedisJournal);

describe('RedisJournal', () => {
  let opened: Awaited<ReturnType<typeof openRedisJournal>>;
  beforeAll(async () => {
    opened = await openRedisJournal();
  });
  beforeEach(async () => {
    await opened.redis.flushall();
  });
  afterAll(() => opened.close());

  const start = async () => {
    const { position } = await opened.journal.follow('a', undefined);
    return position;
  };

  it('carries every change of the tier: invalidate, expire and put, but not the loads that it stores', async () => {
    const { tier, journal } = opened;
    const at = await start();
    const entry = { value: 1, tags: [], ttlMs: 1_000, freshMs: 1_000 };
    await tier.write('loaded', entry, await tier.fence('loaded', []));
    await tier.put('put', entry, await tier.fence('put', []), { by: 'b' });
    await tier.invalidate({ tags: ['t'], by: 'b' });
    await tier.expire({ keys: ['k'] });
    expect((await journal.follow('a', at)).announcements).toEqual([
      { kind: 'invalidate', keys: ['put'], by: 'b' },
      { kind: 'invalidate', tags: ['t'], by: 'b' },
      { kind: 'expire', keys: ['k'] },
    ]);
  });

  it('announces nothing for a refused put', async () => {
    const { tier, journal } = opened;
    const at = await start();
    const entry = { value: 1, tags: [], ttlMs: 1_000, freshMs: 1_000 };
    const overtaken = await tier.fence('k', []);
    await tier.invalidate({ keys: ['k'] });
    expect(await tier.put('k', entry, overtaken, {})).toEqual({ outcome: 'overtaken' });
    expect((await journal.follow('a', at)).announcements).toHaveLength(1);
  });

  it('announces a change once, and returns a position for each of its calls', async () => {
    const { tier, journal } = opened;
    const at = await start();
    const first = await tier.invalidate({ keys: ['k'], once: 'change' });
    const second = await tier.invalidate({ keys: ['k'], once: 'change' });
    expect(second.position).toBe(first.position);
    expect((await journal.follow('a', at)).announcements).toHaveLength(1);
  });

  it('announces a change of many names as one of everything', async () => {
    const { tier, journal } = opened;
    const at = await start();
    await tier.invalidate({ keys: Array.from({ length: 1_000 }, (_, index) => `key-${index}`), by: 'b' });
    expect((await journal.follow('a', at)).announcements).toEqual([
      { kind: 'invalidate', everything: true, by: 'b' },
    ]);
  });

  it('keeps a bounded number of announcements, and is not complete for a follower before them', async () => {
    const { tier, journal, redis } = opened;
    const at = await start();
    for (let batch = 0; batch < 100; batch += 1)
      await Promise.all(Array.from({ length: 100 }, () => tier.invalidate({ keys: ['k'] })));
    expect(await redis.xlen('test:j')).toBeLessThan(4_300);
    expect((await journal.follow('a', at)).isComplete).toBe(false);
  });

  it('is not complete for a follower that is more than 1,000 announcements behind', async () => {
    const { tier, journal } = opened;
    const at = await start();
    await Promise.all(Array.from({ length: 1_001 }, () => tier.invalidate({ keys: ['k'] })));
    expect((await journal.follow('a', at)).isComplete).toBe(false);
    const next = await start();
    await Promise.all(Array.from({ length: 1_000 }, () => tier.invalidate({ keys: ['k'] })));
    expect((await journal.follow('a', next)).announcements).toHaveLength(1_000);
  });

  it('carries changes while Redis has no memory', async () => {
    const { tier, journal, redis } = opened;
    const at = await start();
    await redis.config('SET', 'maxmemory', '1');
    try {
      const { position } = await tier.invalidate({ keys: ['k'], once: 'while full' });
      expect(position).toMatch(/^\d+-\d+$/);
      const followed = await journal.follow('a', at);
      expect(followed.announcements).toHaveLength(1);
      await journal.follow('a', followed.position);
      expect([...(await journal.behind(position as string, new Map())).keys()]).not.toContain('a');
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
  });

  it.each(['j', 'f'])('starts again when its key %s holds something foreign', async (name) => {
    const { tier, journal, redis } = opened;
    const at = await start();
    await redis.set(`test:${name}`, 'foreign');
    await expect(journal.follow('a', at)).rejects.toThrow('WRONGTYPE');
    expect((await journal.follow('a', at)).isComplete).toBe(false);
    await redis.set(`test:${name}`, 'foreign');
    await tier.invalidate({ keys: ['k'] });
    await journal.follow('a', undefined).catch(() => undefined);
    expect((await journal.follow('a', undefined)).position).toMatch(/^\d+-\d+$/);
  });

  it('takes an entry that it cannot read for a change of everything', async () => {
    const { journal, redis } = opened;
    const at = await start();
    for (const text of [
      '{',
      'null',
      '{"kind":"unknown"}',
      '{"kind":"invalidate","keys":{}}',
      '{"kind":"invalidate","tags":[7]}',
    ])
      await redis.xadd('test:j', '*', 'a', text);
    const all = { kind: 'invalidate', everything: true };
    expect((await journal.follow('a', at)).announcements).toEqual([all, all, all, all, all]);
  });

  it('sets an expiry on every key', async () => {
    const { tier, redis } = opened;
    await start();
    await tier.invalidate({ keys: ['k'] });
    const expiries = await Promise.all((await redis.keys('*')).map((key) => redis.pttl(key)));
    expect(expiries).toHaveLength(2);
    expect(Math.min(...expiries)).toBeGreaterThan(3_000_000);
  });
});
