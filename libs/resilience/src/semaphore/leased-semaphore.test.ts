import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { type AcquireOptions } from '../waiting/queue-options.ts';
import { LeasedSemaphore, type LeasedSemaphoreOptions } from './leased-semaphore.ts';
import { LocalSemaphoreStore } from './local-semaphore-store.ts';
import { type Permit } from './permit.ts';
import { type SemaphoreStore, SemaphoreStoreUnavailable } from './semaphore-store.ts';

describe('a leased semaphore', () => {
  let clock: VirtualClock;
  let store: LocalSemaphoreStore;
  let log: string[];

  beforeEach(() => {
    clock = new VirtualClock();
    store = new LocalSemaphoreStore(() => clock.monotonicMs());
    log = [];
  });

  const semaphoreOf = (options: Partial<LeasedSemaphoreOptions> = {}) =>
    new LeasedSemaphore({ store, name: 'exports', permits: 1, leaseMs: 1_000, clock, ...options });
  const acquire = async (semaphore: LeasedSemaphore, name: string, options?: AcquireOptions) => {
    try {
      const permit = await semaphore.acquire(options);
      log.push(`${name} granted at ${clock.monotonicMs()}`);
      return permit;
    } catch (error) {
      log.push(`${name} ${(error as { reason?: string }).reason ?? (error as Error).message}`);
      return undefined;
    }
  };

  it('has at most its permits in use over several processes', async () => {
    const [one, two] = [semaphoreOf({ permits: 2 }), semaphoreOf({ permits: 2 })];
    const first = await one.acquire();
    await two.acquire();
    void acquire(one, 'third');
    await clock.run(500);
    expect([log, one.waiting]).toEqual([[], 1]);
    await first.release();
    await clock.run(0);
    expect([log, one.waiting]).toEqual([['third granted at 500'], 0]);
  });

  it('grants the callers of a process in the order of their calls', async () => {
    const semaphore = semaphoreOf();
    const first = await semaphore.acquire();
    const later = ['a', 'b', 'c'].map((name) => acquire(semaphore, name).then((permit) => permit?.release()));
    await clock.run(100);
    await first.release();
    await Promise.all(later);
    expect(log).toEqual(['a granted at 100', 'b granted at 100', 'c granted at 100']);
    expect(clock.timers).toBe(0);
  });

  it('renews a permit for as long as it is held', async () => {
    const permit = await semaphoreOf().acquire();
    void acquire(semaphoreOf(), 'other');
    await clock.run(60_000);
    expect([permit.isHeld, permit.signal.aborted, log]).toEqual([true, false, []]);
    await permit.release();
    await clock.run(0);
    expect([permit.isHeld, log]).toEqual([false, ['other granted at 60000']]);
  });

  it('grants the permit of a process that died when its lease ends', async () => {
    await store.acquire({ name: 'exports', holder: 'dead', permits: 1, leaseMs: 1_000 });
    void acquire(semaphoreOf(), 'next');
    await clock.run(2_000);
    expect(log).toEqual(['next granted at 1000']);
  });

  it('takes the permit from a process that stood still, which notices at its next look at the time', async () => {
    const permit = await semaphoreOf().acquire();
    clock.stall(5_000);
    expect(permit.isHeld).toBe(false);
    await clock.run(0);
    expect(permit.signal.aborted).toBe(true);
    expect(permit.signal.reason).toMatchObject({ code: 'permit-lost', retryable: true });
    const next = await semaphoreOf().acquire();
    expect(next.token).toBeGreaterThan(permit.token);
    await permit.release();
    expect(await store.acquire({ name: 'exports', holder: 'x', permits: 1, leaseMs: 1 })).toMatchObject({
      granted: false,
    });
    await next.release();
  });

  it('loses the permit before its lease ends when the store does not confirm it', async () => {
    let isDown = false;
    const failing = failingStore(() => isDown);
    const permit = await semaphoreOf({ store: failing }).acquire();
    await clock.run(10_000);
    expect(permit.isHeld).toBe(true);
    isDown = true;
    await clock.run(600);
    expect(permit.isHeld).toBe(true);
    await clock.run(400);
    expect([permit.isHeld, permit.signal.aborted, clock.timers]).toEqual([false, true, 0]);
    // Never rejects, although the store does not answer.
    await permit.release();
  });

  it('trusts a renewal from the time at which it was sent, however late its answer comes', async () => {
    let answer: (() => void) | undefined;
    const slow: SemaphoreStore = {
      ...bound(store),
      renew: async (...args) => {
        const renewed = await store.renew(...args);
        await new Promise<void>((resolve) => (answer = resolve));
        return renewed;
      },
    };
    const permit = await semaphoreOf({ store: slow }).acquire();
    await clock.run(250);
    const answerFirst = answer;
    await clock.run(650);
    answerFirst?.();
    await clock.run(299);
    expect(permit.isHeld).toBe(true);
    await clock.run(1);
    expect([permit.isHeld, permit.signal.aborted]).toEqual([false, true]);
  });

  it('loses the permit at once when the store says that its lease has ended', async () => {
    const permit = await semaphoreOf({ newId: () => 'mine' }).acquire();
    await store.release('exports', 'mine');
    await clock.run(250);
    expect([permit.isHeld, permit.signal.aborted]).toEqual([false, true]);
  });

  it('does not miss a release between its question and the answer', async () => {
    const first = await semaphoreOf().acquire();
    const overtaken: SemaphoreStore = {
      ...bound(store),
      acquire: async (request) => {
        const answer = await store.acquire(request);
        await first.release();
        return answer;
      },
    };
    void acquire(semaphoreOf({ store: overtaken }), 'next');
    await clock.run(0);
    expect(log).toEqual(['next granted at 0']);
  });

  it('keeps the permit through an outage that is shorter than its lease', async () => {
    let isDown = false;
    const permit = await semaphoreOf({ store: failingStore(() => isDown) }).acquire();
    isDown = true;
    await clock.run(700);
    isDown = false;
    await clock.run(10_000);
    expect(permit.isHeld).toBe(true);
    await permit.release();
  });

  it('rejects when the store does not answer, and gives back what it may have granted', async () => {
    const released: string[] = [];
    const silent: SemaphoreStore = {
      ...bound(store),
      acquire: async (request) => {
        await store.acquire(request);
        throw new SemaphoreStoreUnavailable('no answer');
      },
      release: (name, holder) => {
        released.push(holder);
        return store.release(name, holder);
      },
    };
    const semaphore = semaphoreOf({ store: silent, newId: () => 'mine' });
    await expect(semaphore.acquire()).rejects.toMatchObject({ code: 'semaphore-store-unavailable' });
    expect(released).toEqual(['mine']);
    expect((await semaphoreOf().acquire()).isHeld).toBe(true);
  });

  it('refuses a caller whose wait is over, one too many, and all when it is closed', async () => {
    const semaphore = semaphoreOf({ maxQueue: 2 });
    const permit = await semaphore.acquire();
    const waits = [
      acquire(semaphore, 'impatient', { timeoutMs: 300 }),
      acquire(semaphore, 'second'),
      acquire(semaphore, 'third'),
      acquire(semaphore, 'fourth'),
      acquire(semaphore, 'at once', { timeoutMs: 0 }),
    ];
    await clock.run(400);
    expect(log).toEqual(['fourth queue-full', 'at once queue-full', 'impatient wait-too-long']);
    semaphore.close();
    await Promise.all(waits);
    expect(log.slice(3)).toEqual(['second closed', 'third closed']);
    await acquire(semaphore, 'late');
    expect(log.at(-1)).toBe('late closed');
    expect(permit.isHeld).toBe(true);
    await permit.release();
    expect(clock.timers).toBe(0);
  });

  it('refuses a caller that may not wait, if no permit is free', async () => {
    const permit = await semaphoreOf().acquire({ timeoutMs: 0 });
    await acquire(semaphoreOf(), 'other', { timeoutMs: 0 });
    expect(log).toEqual(['other wait-too-long']);
    await permit.release();
  });

  it('takes nothing for a caller that aborts, and the next one moves up', async () => {
    const semaphore = semaphoreOf();
    const permit = await semaphore.acquire();
    const leave = new AbortController();
    void acquire(semaphore, 'leaves', { signal: leave.signal });
    void acquire(semaphore, 'next');
    await clock.run(100);
    leave.abort(new Error('left'));
    await permit.release();
    await clock.run(0);
    expect(log).toEqual(['leaves left', 'next granted at 100']);
  });

  it('passes on, or gives back, a permit that arrives after its caller has left', async () => {
    let answer: (() => void) | undefined;
    const slow: SemaphoreStore = {
      ...bound(store),
      acquire: async (request) => {
        const granted = await store.acquire(request);
        await new Promise<void>((resolve) => (answer = resolve));
        return granted;
      },
    };
    const semaphore = semaphoreOf({ store: slow });
    for (const others of [['next'], []]) {
      const leave = new AbortController();
      void acquire(semaphore, 'leaves', { signal: leave.signal });
      const next = others.map((name) => acquire(semaphore, name));
      await clock.run(10);
      leave.abort(new Error('left'));
      answer?.();
      for (const permit of await Promise.all(next)) await permit?.release();
      await clock.run(0);
    }
    expect(log).toEqual(['leaves left', 'next granted at 10', 'leaves left']);
    expect((await semaphoreOf().acquire({ timeoutMs: 0 })).isHeld).toBe(true);
  });

  it('gives back a permit whose answer took longer than its lease', async () => {
    let isFirst = true;
    const late: SemaphoreStore = {
      ...bound(store),
      acquire: async (request) => {
        const granted = await store.acquire(request);
        if (isFirst) clock.stall(2_000);
        isFirst = false;
        return granted;
      },
    };
    expect((await semaphoreOf({ store: late }).acquire()).isHeld).toBe(true);
  });

  it('runs work with a permit, and releases it whatever happens', async () => {
    const semaphore = semaphoreOf();
    let seen: Permit | undefined;
    expect(
      await semaphore.run(async (permit) => {
        seen = permit;
        return permit.isHeld;
      }),
    ).toBe(true);
    expect(seen?.isHeld).toBe(false);
    await expect(semaphore.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect((await semaphore.acquire({ timeoutMs: 0 })).isHeld).toBe(true);
  });

  it.each([
    [{ permits: 0 }, 'permits: expected a whole number of at least 1, got 0'],
    [{ permits: 1.5 }, 'permits: expected'],
    [{ leaseMs: 50 }, 'leaseMs: expected whole milliseconds of at least 100, got 50'],
    [{ leaseMs: 1_000 / 3 }, 'leaseMs: expected'],
    [{ leaseMs: Number.NaN }, 'leaseMs: expected'],
    [{ leaseMs: Infinity }, 'leaseMs: expected'],
    [{ maxQueue: -1 }, 'maxQueue: expected'],
  ])('refuses the options %j', (options, message) => {
    expect(() => semaphoreOf(options)).toThrow(message);
  });

  function failingStore(isDown: () => boolean): SemaphoreStore {
    const fail = () => Promise.reject(new SemaphoreStoreUnavailable('down'));
    return {
      ...bound(store),
      renew: (...args) => (isDown() ? fail() : store.renew(...args)),
      release: (...args) => (isDown() ? fail() : store.release(...args)),
    };
  }
});

function bound(store: SemaphoreStore): SemaphoreStore {
  return {
    acquire: (...args) => store.acquire(...args),
    renew: (...args) => store.renew(...args),
    release: (...args) => store.release(...args),
    onRelease: (...args) => store.onRelease(...args),
    close: () => store.close(),
  };
}
