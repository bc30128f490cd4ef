import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { LeasingMemoryTier } from '../../test/leasing-memory-tier.ts';
import { type Codec } from '../codecs/codec.ts';
import { describeLeasingTier } from '../conformance/leasing-tier.conformance.ts';
import { describeTier, entryOf } from '../conformance/tier.conformance.ts';
import { CodedTier } from './coded-tier.ts';
import { GuardedTier } from './guarded-tier.ts';

const open = async () => ({ tier: new CodedTier(new LeasingMemoryTier()), close: () => undefined });
describeTier('CodedTier', open);
describeLeasingTier('CodedTier', open);

describe('CodedTier', () => {
  /** The codec of another process. */
  const FOREIGN: Codec = { marks: [7], encode: () => Uint8Array.of(7), decode: () => 'foreign' };

  it('grants one lease for an entry that it cannot decode, and the load replaces the entry', async () => {
    const stored = new LeasingMemoryTier();
    const [ours, theirs] = [new CodedTier(stored), new CodedTier(stored, FOREIGN)];
    await theirs.write('k', entryOf('foreign'), await theirs.fence('k', []));
    expect(await ours.read('k')).toBeUndefined();
    const claims = await Promise.all([1, 2].map(() => ours.claim('k', [], 1_000)));
    expect(claims).toMatchObject([
      { state: 'granted', stale: undefined },
      { state: 'busy', stale: undefined },
    ]);
    if (claims[0]?.state === 'granted') await ours.write('k', entryOf('new'), claims[0].fence);
    expect(await ours.claim('k', [], 1_000)).toMatchObject({ state: 'hit', entry: { value: 'new' } });
  });

  it('fails when other processes keep storing what it cannot decode', async () => {
    const stored = new LeasingMemoryTier();
    const theirs = new CodedTier(stored, FOREIGN);
    await theirs.write('k', entryOf('foreign'), await theirs.fence('k', []));
    const entry = await stored.read('k');
    const claim = async () => ({ state: 'hit' as const, entry: entry! });
    await expect(new CodedTier(Object.assign(stored, { claim })).claim('k', [], 1_000)).rejects.toMatchObject(
      {
        code: 'cache-value-not-decodable',
      },
    );
  });

  it('passes a recovery on', async () => {
    const stored = new LeasingMemoryTier();
    stored.calls.splice(0);
    await new CodedTier(stored).recover();
    expect(stored.calls).toEqual(['recover']);
  });

  it('returns no stale entry that it cannot decode', async () => {
    const stored = new LeasingMemoryTier();
    const theirs = new CodedTier(stored, FOREIGN);
    await theirs.write('k', entryOf('foreign', { freshMs: 0 }), await theirs.fence('k', []));
    expect(await new CodedTier(stored).claim('k', [], 1_000)).toMatchObject({
      state: 'granted',
      stale: undefined,
    });
  });

  it('takes its time to encode and decode: the tier behind it does not count as slow', async () => {
    const slow: Codec = {
      marks: [9],
      encode: async () => (await delay(30), Uint8Array.of(9)),
      decode: async () => (await delay(30), 'decoded'),
    };
    const guarded = new GuardedTier(new LeasingMemoryTier(), { callLimitMs: 10 });
    const tier = new CodedTier(guarded, slow);
    const fence = await tier.fence('k', []);
    expect(await tier.write('k', entryOf(1), fence)).toBe(true);
    expect((await tier.read('k'))?.value).toBe('decoded');
    expect(await tier.claim('k', [], 1_000)).toMatchObject({ state: 'hit', entry: { value: 'decoded' } });
    expect((await tier.put('k', entryOf(1), await tier.fence('k', []), {})).outcome).toBe('stored');
    expect(guarded.isAvailable).toBe(true);
    guarded.close();
  });

  it('ends the lease when it cannot encode a value', async () => {
    const failing: Codec = {
      ...FOREIGN,
      encode: () => {
        throw new TypeError('bad');
      },
    };
    const tier = new CodedTier(new LeasingMemoryTier(), failing);
    const claim = await tier.claim('k', [], 1_000);
    if (claim.state !== 'granted') throw new Error('expected a lease');
    const rejected = { code: 'cache-value-not-encodable', cause: expect.any(Error) };
    await expect(tier.write('k', entryOf('bad'), claim.fence)).rejects.toMatchObject(rejected);
    expect((await tier.claim('k', [], 1_000)).state).toBe('granted');
    await expect(tier.put('k', entryOf('bad'), await tier.fence('k', []), {})).rejects.toMatchObject(
      rejected,
    );
  });
});
