import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { type Claim, type LeasingTier } from '../tiers/tier.ts';
import { entryOf, type OpenTier } from './tier.conformance.ts';

const LEASE_MS = 60_000;

/** Tests the guarantees of a tier that grants leases, in addition to `describeTier`. */
export function describeLeasingTier(name: string, open: () => Promise<OpenTier<LeasingTier>>): void {
  describe(`${name} as a leasing tier`, () => {
    let opened: OpenTier<LeasingTier>;
    let tier: LeasingTier;
    beforeAll(async () => {
      opened = await open();
      tier = opened.tier;
    });
    afterAll(() => opened.close());

    const fenceOf = (claim: Claim) => {
      if (claim.state !== 'granted') throw new Error(`expected a lease, got ${claim.state}`);
      return claim.fence;
    };
    const claim = (key: string, leaseMs = LEASE_MS) => tier.claim(key, ['tag'], leaseMs);

    it('grants one of many concurrent claims, and claims return the entry once it is written', async () => {
      const claims = await Promise.all(Array.from({ length: 20 }, () => claim('many')));
      const granted = claims.filter(({ state }) => state === 'granted');
      expect(granted).toHaveLength(1);
      expect(claims.filter(({ state }) => state === 'busy')).toHaveLength(19);

      expect(await tier.write('many', entryOf(1, { tags: ['tag'] }), fenceOf(granted[0] as Claim))).toBe(
        true,
      );
      expect(await claim('many')).toMatchObject({ state: 'hit', entry: { value: 1 } });
    });

    it('refuses a put with a lower version than that of an earlier put or invalidation, and ends its lease', async () => {
      const put = async (value: number, version?: number) =>
        (await tier.put('versioned', entryOf(value), await tier.fence('versioned', []), { version })).outcome;
      expect(await put(5, 5)).toBe('stored');
      expect(await put(4, 4)).toBe('older');
      expect((await tier.read('versioned'))?.value).toBe(5);
      expect(await put(6, 5)).toBe('stored');
      await tier.invalidate({ keys: ['versioned'], version: 9 });
      await tier.invalidate({ keys: ['versioned'], version: 8 });
      expect(await put(8, 8)).toBe('older');
      expect(await tier.read('versioned')).toBeUndefined();
      expect((await claim('versioned')).state).toBe('granted');
      expect(await put(9, 9)).toBe('stored');
      expect(await put(10)).toBe('stored');
    });

    it('puts nothing after its key or a tag was invalidated since the fence', async () => {
      for (const target of [{ keys: ['raced'] }, { tags: ['tag'] }, { everything: true }]) {
        const fence = await tier.fence('raced', ['tag']);
        await tier.invalidate(target);
        const { outcome } = await tier.put('raced', entryOf(1, { tags: ['tag'] }), fence, {});
        expect(outcome).toBe('overtaken');
        expect(await tier.read('raced')).toBeUndefined();
      }
    });

    it('grants a claim for an entry that is not fresh for long enough', async () => {
      await tier.write('short', entryOf(1, { ttlMs: 5_000 }), fenceOf(await claim('short')));
      expect((await tier.claim('short', [], LEASE_MS, 1_000)).state).toBe('hit');
      expect((await tier.claim('short', [], LEASE_MS, 5_000)).state).toBe('granted');
      expect((await tier.claim('short', [], LEASE_MS, 5_000)).state).toBe('busy');
      expect((await tier.claim('short', [], LEASE_MS)).state).toBe('hit');
    });

    it('returns the position of a feed that was recorded last', async () => {
      expect(await tier.feedPosition()).toBeUndefined();
      await tier.recordFeedPosition('one');
      await tier.recordFeedPosition('two');
      expect(await tier.feedPosition()).toBe('two');
    });

    it('grants the next claim after a release', async () => {
      await tier.release('released', fenceOf(await claim('released')));
      expect((await claim('released')).state).toBe('granted');
    });

    it('grants the next claim when the lease has expired, and ignores its former holder from then on', async () => {
      const late = fenceOf(await claim('expired', 20));
      const next = fenceOf(
        (await eventually(async () => {
          const again = await claim('expired');
          return again.state === 'granted' && again;
        })) as Claim,
      );
      expect(await tier.write('expired', entryOf('late', { tags: ['tag'] }), late)).toBe(false);
      await tier.release('expired', late);
      expect((await claim('expired')).state).toBe('busy');
      expect(await tier.write('expired', entryOf('next', { tags: ['tag'] }), next)).toBe(true);
    });

    it.each([
      ['key', { keys: ['overtaken'] }],
      ['tag', { tags: ['tag'] }],
      ['everything', { everything: true }],
    ])('grants a new lease at once when an invalidation (%s) comes during a load', async (_what, target) => {
      await tier.invalidate({ keys: ['overtaken'] });
      const old = fenceOf(await claim('overtaken'));
      await tier.invalidate(target);
      const fresh = fenceOf(await claim('overtaken'));
      expect(await tier.write('overtaken', entryOf('old', { tags: ['tag'] }), old)).toBe(false);
      expect(await tier.write('overtaken', entryOf('fresh', { tags: ['tag'] }), fresh)).toBe(true);
      expect((await tier.read('overtaken'))?.value).toBe('fresh');
    });

    it('accepts a write with a fence during a lease, and then refuses the write with the lease', async () => {
      const loader = fenceOf(await claim('set'));
      const setter = await tier.fence('set', ['tag']);
      expect(await tier.write('set', entryOf('set', { tags: ['tag'] }), setter)).toBe(true);
      expect(await tier.write('set', entryOf('loaded', { tags: ['tag'] }), loader)).toBe(false);
      expect((await tier.read('set'))?.value).toBe('set');
    });

    it.each(['write', 'release'] as const)(
      'wakes the callers that wait for a load when its lease ends (%s)',
      async (by) => {
        let woken = 0;
        const key = `waited-${by}`;
        const unsubscribe = tier.onLoadEnded(key, () => (woken += 1));
        // A subscription may begin a little later than the call, and wake the caller then.
        await eventually(async () => {
          const before = woken;
          const lease = fenceOf(await claim(key));
          if (by === 'write') await tier.write(key, entryOf(1, { tags: ['tag'] }), lease);
          else await tier.release(key, lease);
          await tier.invalidate({ keys: [key] });
          return woken > Math.max(before, 1);
        });
        unsubscribe();
      },
    );

    it('returns a stale entry with the lease, and to those that wait, but only to callers whose tags it has', async () => {
      const stale = entryOf('old', { tags: ['tag'], ttlMs: LEASE_MS, freshMs: 0 });
      await tier.write('stale', stale, await tier.fence('stale', ['tag']));
      expect(await tier.read('stale')).toMatchObject({ value: 'old' });
      const granted = await claim('stale');
      expect(granted).toMatchObject({ state: 'granted', stale: { value: 'old', tags: ['tag'] } });
      expect(await claim('stale')).toMatchObject({ state: 'busy', stale: { value: 'old' } });
      const other = await tier.claim('stale', ['tag', 'another'], LEASE_MS);
      expect([other.state, (other as { stale?: unknown }).stale]).toEqual(['busy', undefined]);
      await tier.write('stale', entryOf('new', { tags: ['tag'] }), fenceOf(granted));
      expect(await claim('stale')).toMatchObject({ state: 'hit', entry: { value: 'new' } });
    });

    it('grants a lease for a fresh entry that lacks a tag of the caller', async () => {
      await tier.write('lacks', entryOf(1, { tags: ['tag'] }), await tier.fence('lacks', ['tag']));
      expect(await tier.claim('lacks', ['tag', 'another'], LEASE_MS)).toMatchObject({ state: 'granted' });
      expect(await claim('lacks')).toMatchObject({ state: 'hit' });
    });

    it('says how long a lease lasts', async () => {
      await claim('lasts');
      const busy = await claim('lasts');
      const { leaseEndsInMs } = busy as { leaseEndsInMs: number };
      expect(leaseEndsInMs).toBeGreaterThan(LEASE_MS / 2);
      expect(leaseEndsInMs).toBeLessThanOrEqual(LEASE_MS);
    });

    it('applies each call of a change once, however often it is reported', async () => {
      const change = { tags: ['once'], once: 'change-1' };
      await tier.invalidate(change);
      await tier.write('once', entryOf('new', { tags: ['once'] }), await tier.fence('once', ['once']));
      await tier.invalidate(change);
      expect((await tier.read('once'))?.value).toBe('new');
      await tier.write(
        'second',
        entryOf('old', { tags: ['second'] }),
        await tier.fence('second', ['second']),
      );
      await tier.expire({ tags: ['once'], once: 'change-1' });
      await tier.invalidate({ tags: ['second'], once: 'change-1' });
      expect((await tier.read('once'))?.freshMs ?? 0).toBeLessThanOrEqual(0);
      expect(await tier.read('second')).toBeUndefined();
      await tier.invalidate({ tags: ['once'], once: 'change-2' });
      expect(await tier.read('once')).toBeUndefined();
    });
  });
}
