import { describe, expect, it } from '@jest/globals';
import { randomOf, VirtualClock } from '@groundwork/testing';
import { LeasedSemaphore } from './leased-semaphore.ts';
import { LocalSemaphoreStore } from './local-semaphore-store.ts';
import { type Permit } from './permit.ts';
import { type SemaphoreStore, SemaphoreStoreUnavailable } from './semaphore-store.ts';

const PROCESSES = 5;
const LEASE_MS = 1_000;

/** A process whose timers and answers wait while it is frozen, as after SIGSTOP. */
class FreezableProcess {
  frozenUntilMs = 0;

  constructor(
    readonly clock: VirtualClock,
    private readonly random: () => number,
  ) {}

  /** The clock as the process sees it: time goes on while it is frozen, and its timers are late. */
  readonly ownClock = {
    monotonicMs: () => this.clock.monotonicMs(),
    wallMs: () => this.clock.wallMs(),
    after: (ms: number, wake: () => void) => {
      let cancel = this.clock.after(ms, () => {
        const leftMs = this.frozenUntilMs - this.clock.monotonicMs();
        if (leftMs > 0) cancel = this.clock.after(leftMs, wake);
        else wake();
      });
      return () => cancel();
    },
  };

  /** The store as the process reaches it: calls and answers take time, and some are lost. */
  reach(store: SemaphoreStore): SemaphoreStore {
    const call = async <T>(work: () => Promise<T>): Promise<T> => {
      await this.travel();
      const answer = await work();
      await this.travel();
      return answer;
    };
    return {
      acquire: (request) => call(() => store.acquire(request)),
      renew: (...args) => call(() => store.renew(...args)),
      release: (...args) => call(() => store.release(...args)),
      onRelease: (name, wake) => store.onRelease(name, () => this.random() < 0.9 && wake()),
      close: () => store.close(),
    };
  }

  private async travel(): Promise<void> {
    const ms = this.random() < 0.05 ? this.random() * 3 * LEASE_MS : this.random() * 5;
    await new Promise<void>((resolve) => this.ownClock.after(ms, resolve));
    if (this.random() < 0.05) throw new SemaphoreStoreUnavailable('lost');
  }
}

describe('leased semaphores of five processes, simulated', () => {
  it.each(Array.from({ length: 100 }, (_, index) => index + 1))(
    'never have more holders than permits, and serve every caller (seed %i)',
    async (seed) => {
      const random = randomOf(seed);
      const clock = new VirtualClock();
      const store = new LocalSemaphoreStore(() => clock.monotonicMs());
      const permits = 1 + Math.floor(random() * 3);
      const processes = Array.from({ length: PROCESSES }, () => new FreezableProcess(clock, random));
      const semaphores = processes.map(
        (process) =>
          new LeasedSemaphore({
            ...{ name: 'work', permits, leaseMs: LEASE_MS },
            store: process.reach(store),
            clock: process.ownClock,
            newId: () => String(random()),
          }),
      );
      const held = new Set<Permit>();
      const tokens: number[] = [];
      let [asked, granted, failed, most] = [0, 0, 0, 0];

      for (let step = 0; step < 150; step += 1) {
        const index = Math.floor(random() * PROCESSES);
        const process = processes[index] as FreezableProcess;
        if (random() < 0.05) process.frozenUntilMs = clock.monotonicMs() + random() * 4 * LEASE_MS;
        asked += 1;
        const workMs = random() < 0.4 ? 3 * LEASE_MS : random() * 50;
        (semaphores[index] as LeasedSemaphore).acquire().then(
          (permit) => {
            granted += 1;
            tokens.push(permit.token);
            held.add(permit);
            process.ownClock.after(workMs, () => {
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
