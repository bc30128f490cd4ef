import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { type SemaphoreStore } from '../semaphore/semaphore-store.ts';

let semaphores = 0;
let holders = 0;
const newName = () => `conformance-${(semaphores += 1)}`;
const newHolder = () => `holder-${(holders += 1)}`;
const LEASE_MS = 60_000;

/** The guarantees of every `SemaphoreStore`. Each adapter runs this suite; run it on your own adapter too. */
export function semaphoreStoreConformance(
  adapter: string,
  create: () => Promise<SemaphoreStore> | SemaphoreStore,
): void {
  describe(`${adapter} as a semaphore store`, () => {
    let store: SemaphoreStore;
    beforeAll(async () => {
      store = await create();
    });
    afterAll(() => store.close());

    const acquire = (name: string, holder = newHolder(), { permits = 1, leaseMs = LEASE_MS } = {}) =>
      store.acquire({ name, holder, permits, leaseMs });

    it('grants exactly its permits when calls overlap', async () => {
      const name = newName();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => acquire(name, newHolder(), { permits: 3 })),
      );
      expect(answers.filter(({ granted }) => granted)).toHaveLength(3);
    });

    it('says when the next lease ends', async () => {
      const name = newName();
      await acquire(name, newHolder(), { permits: 2, leaseMs: 90_000 });
      await acquire(name, newHolder(), { permits: 2, leaseMs: 30_000 });
      const denied = await acquire(name, newHolder(), { permits: 2 });
      expect(denied.granted).toBe(false);
      const { freeInMs } = denied as { freeInMs: number };
      expect(freeInMs).toBeGreaterThan(20_000);
      expect(freeInMs).toBeLessThanOrEqual(30_000);
    });

    it('counts each semaphore separately', async () => {
      expect(await acquire(newName())).toMatchObject({ granted: true });
      expect(await acquire(newName())).toMatchObject({ granted: true });
    });

    it('grants a released permit, and only to one', async () => {
      const [name, holder] = [newName(), newHolder()];
      await acquire(name, holder);
      await store.release(name, holder);
      await store.release(name, holder);
      const answers = await Promise.all([acquire(name), acquire(name)]);
      expect(answers.map(({ granted }) => granted).sort()).toEqual([false, true]);
    });

    it('ignores the release of a holder that has no permit', async () => {
      const name = newName();
      await acquire(name);
      await store.release(name, newHolder());
      expect(await acquire(name)).toMatchObject({ granted: false });
    });

    it('leaves a permit to its holder when the call is repeated', async () => {
      const [name, holder] = [newName(), newHolder()];
      expect(await acquire(name, holder)).toMatchObject({ granted: true });
      expect(await acquire(name, holder)).toMatchObject({ granted: true });
      expect(await acquire(name)).toMatchObject({ granted: false });
    });

    it('gives larger tokens to later grants', async () => {
      const name = newName();
      const tokens: number[] = [];
      for (let grant = 0; grant < 5; grant += 1) {
        const holder = newHolder();
        const answer = await acquire(name, holder);
        if (answer.granted) tokens.push(answer.token);
        await store.release(name, holder);
      }
      expect(tokens).toHaveLength(5);
      expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
      expect(tokens.every(Number.isSafeInteger)).toBe(true);
    });

    it('grants a permit again when its lease has ended, and no earlier', async () => {
      const [name, holder] = [newName(), newHolder()];
      const askedAt = performance.now();
      await acquire(name, holder, { leaseMs: 300 });
      await eventually(async () => (await acquire(name)).granted);
      expect(performance.now() - askedAt).toBeGreaterThanOrEqual(299);
      expect(await store.renew(name, holder, LEASE_MS)).toBe(false);
    });

    it('extends a lease', async () => {
      const [name, holder] = [newName(), newHolder()];
      await acquire(name, holder, { leaseMs: 2_000 });
      expect(await store.renew(name, holder, LEASE_MS)).toBe(true);
      const denied = await acquire(name);
      expect((denied as { freeInMs: number }).freeInMs).toBeGreaterThan(20_000);
    });

    it('wakes the callers that wait for a release', async () => {
      const [name, holder] = [newName(), newHolder()];
      await acquire(name, holder);
      let woken = 0;
      const unsubscribe = store.onRelease(name, () => (woken += 1));
      // A subscription may begin a little later than the call.
      await eventually(async () => {
        await acquire(name, holder);
        await store.release(name, holder);
        return woken > 0;
      });
      unsubscribe();
    });

    it('rejects after it is closed, and can be closed twice', async () => {
      const closing = await create();
      await closing.close();
      await closing.close();
      const [name, holder] = [newName(), newHolder()];
      for (const call of [
        () => closing.acquire({ name, holder, permits: 1, leaseMs: LEASE_MS }),
        () => closing.renew(name, holder, LEASE_MS),
        () => closing.release(name, holder),
      ])
        await expect(call()).rejects.toMatchObject({ code: 'semaphore-store-unavailable', retryable: true });
    });
  });
}
