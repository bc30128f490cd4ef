import { describe, expect, it, jest } from '@jest/globals';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { LocalJournal } from '../test/local-journal.ts';
import { CacheManager } from './cache-manager.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

const TTL = { ttlMs: 60_000 };

describe('a cache manager whose journal does not answer', () => {
  const open = () => {
    const journal = new LocalJournal();
    const shared = new LeasingMemoryTier({ journal });
    const silent = Object.assign(Object.create(journal) as LocalJournal, {
      follow: () => new Promise<never>(() => undefined),
      onAnnounced: () => () => undefined,
      onCaughtUp: () => () => undefined,
    });
    const options = { shared, jitter: 0 };
    const deaf = new CacheManager({ memory: new MemoryTier(), journal: silent, ...options });
    const other = new CacheManager({ memory: new MemoryTier(), journal, ...options });
    return { deaf, other, shared };
  };

  it('gives no caller a value whose load began before the call: it may have missed an invalidation', async () => {
    const { deaf, other } = open();
    const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
    const loading = deaf.getOrSet('k', { ...TTL, load: () => (begun.resolve(), gate.promise) });
    await begun.promise;
    await other.invalidate({ keys: ['k'] });
    const load = jest.fn(() => 'new');
    const reading = deaf.getOrSet('k', { ...TTL, load });
    gate.resolve('old');
    expect(await loading).toMatchObject({ value: 'old', stored: false });
    expect(await reading).toMatchObject({ value: 'new' });
    expect(load).toHaveBeenCalledTimes(1);
    await other.close();
  });

  it('serves a stale value of L2 after an error, with one read for all callers', async () => {
    const { deaf, other, shared } = open();
    const kept = { ...TTL, staleIfErrorMs: 60_000 };
    await other.getOrSet('k', { ...kept, load: () => 'old' });
    await other.expire({ keys: ['k'] });
    shared.calls.splice(0);
    const load = () => Promise.reject(new Error('source down'));
    const read = () => deaf.getOrSet('k', { ...kept, load });
    expect(await Promise.all([read(), read(), read()])).toMatchObject(
      [1, 2, 3].map(() => ({ value: 'old', stale: true, from: 'hit-l2' })),
    );
    expect(shared.calls.filter((call) => call === 'read')).toHaveLength(1);
    expect(deaf.statistics.stale).toBe(3);
    await expect(deaf.getOrSet('k', { ...TTL, load })).rejects.toThrow('source down');
    expect(shared.calls.filter((call) => call === 'read')).toHaveLength(1);
    await other.close();
  });

  it('serves what another process has stored meanwhile, and does not count it as stale', async () => {
    const { deaf, other } = open();
    const load = async () => {
      await other.set('k', 'new', TTL);
      throw new Error('source down');
    };
    const answer = await deaf.getOrSet('k', { ...TTL, staleIfErrorMs: 60_000, load });
    expect(answer).toMatchObject({ value: 'new', stale: false, from: 'hit-l2' });
    expect(deaf.statistics.stale).toBe(0);
    await other.close();
  });

  it('does not answer from L1', async () => {
    const { deaf, other, shared } = open();
    expect(await deaf.getOrSet('k', { ...TTL, load: () => 'old' })).toMatchObject({ from: 'miss' });
    expect(await deaf.get('k')).toMatchObject({ from: 'hit-l2', value: 'old' });
    await other.set('k', 'new', TTL);
    expect(await deaf.getOrSet('k', { ...TTL, load: () => 'loaded' })).toMatchObject({ value: 'new' });
    shared.isDown = true;
    expect(await deaf.get('k')).toBeUndefined();
    await other.close();
  });
});
