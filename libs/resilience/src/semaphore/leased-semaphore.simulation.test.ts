import { describe, expect, it } from '@jest/globals';
import { FreezableProcess, randomOf, VirtualClock } from '@groundwork/testing';
import { LeasedSemaphore } from './leased-semaphore.ts';
import { LocalSemaphoreStore } from './local-semaphore-store.ts';
import { type Permit } from './permit.ts';
import { type SemaphoreStore, SemaphoreStoreUnavailable } from './semaphore-store.ts';

const PROCESSES = 5;
const LEASE_MS = 1_000;

/** Returns the store as a process reaches it. */
function reach(store: SemaphoreStore, process: FreezableProcess): SemaphoreStore {
  return {
    acquire: (request) => process.call(() => store.acquire(request)),
    renew: (...args) => process.call(() => store.renew(...args)),
    release: (...args) => process.call(() => store.release(...args)),
    onRelease: (name, wake) => store.onRelease(name, () => process.arrives() && wake()),
    close: () => store.close(),
  };
}

describe('leased semaphores of five processes, simulated', () => {
  it.each(Array.from({ length: 100 }, (_, index) => index + 1))(
    'never have more holders than permits, and serve every caller (seed %i)',
    async (seed) => {
      const random = randomOf(seed);
      const clock = new VirtualClock();
      const store = new LocalSemaphoreStore(() => clock.monotonicMs());
      const permits = 1 + Math.floor(random() * 3);
      const lost = () => new SemaphoreStoreUnavailable('lost');
      const processes = Array.from(
        { length: PROCESSES },
        () => new FreezableProcess({ clock, random, latestMs: 3 * LEASE_MS, lost }),
      );
      const semaphores = processes.map(
        (process) =>
          new LeasedSemaphore({
            ...{ name: 'work', permits, leaseMs: LEASE_MS },
            store: reach(store, process),
            clock: process.clock,
            newId: () => String(random()),
          }),
      );
      const held = new Set<Permit>();
      const tokens: number[] = [];
      let [asked, granted, failed, most] = [0, 0, 0, 0];

      for (let step = 0; step < 150; step += 1) {
        const index = Math.floor(random() * PROCESSES);
        const process = processes[index] as FreezableProcess;
        if (random() < 0.05) process.freeze(random() * 4 * LEASE_MS);
        asked += 1;
        const workMs = random() < 0.4 ? 3 * LEASE_MS : random() * 50;
        (semaphores[index] as LeasedSemaphore).acquire().then(
          (permit) => {
            granted += 1;
            tokens.push(permit.token);
            held.add(permit);
            process.clock.after(workMs, () => {
              held.delete(permit);
              void permit.release();
            });
          },
          () => (failed += 1),
        );
        for (let look = 0; look < 10; look += 1) {
          await clock.run(random() * 10);
          most = Math.max(most, [...held].filter((permit) => permit.isHeld).length);
        }
      }
      await clock.run(600_000);
      expect(most).toBeLessThanOrEqual(permits);
      expect(most).toBeGreaterThan(0);
      expect(new Set(tokens).size).toBe(tokens.length);
      // A caller whose call was lost is told so. No caller is forgotten.
      expect(granted + failed).toBe(asked);
      expect(granted).toBeGreaterThan(asked / 4);
      expect([held.size, clock.timers]).toEqual([0, 0]);
    },
  );
});
