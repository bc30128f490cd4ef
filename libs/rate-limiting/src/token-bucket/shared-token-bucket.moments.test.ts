import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { outcomeOf } from '../../test/outcome-of.ts';
import { type Decision } from '../gcra/decision.ts';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { LocalLimitStore } from '../stores/local-limit-store.ts';
import { SharedTokenBucket } from './shared-token-bucket.ts';

/** One unit each 100 ms. */
const policy = ratePolicy({ name: 'peer', capacity: 40, ratePerSecond: 10 });
/** Times are differences: the clock does not start at 0. */
const START_MS = 5_000;

describe('moments of a shared token bucket', () => {
  let clock: VirtualClock;
  let store: LocalLimitStore;
  let bucket: SharedTokenBucket;
  /** Delays the answers of the limiter. */
  let answer: (decide: () => Decision) => Promise<Decision>;
  let log: string[];
  const refunds: number[] = [];

  beforeEach(() => {
    clock = new VirtualClock();
    clock.advance(START_MS);
    store = new LocalLimitStore({ now: () => Math.floor(clock.monotonicMs() * 1_000) });
    answer = async (decide) => decide();
    log = [];
    refunds.splice(0);
    bucket = new SharedTokenBucket(policy, {
      ...{ key: 'provider', clock, random: () => 0 },
      limiter: {
        take: (...args) => answer(() => store.takeNow(...args)),
        refund: async (of, key, units) => {
          refunds.push(units);
          await store.refund([{ policy: of, key, cost: units }]);
        },
      },
    });
  });
  const acquire = async (name: string, units: number, options = {}) => {
    const outcome = await outcomeOf(bucket.acquire(units, options));
    log.push(`${name} ${outcome} after ${clock.monotonicMs() - START_MS}`);
  };
  const freeUnits = () => store.peekNow(policy, 'provider', 1).remaining;

  it('refuses the first caller at once when a pause begins that it cannot outwait', async () => {
    await bucket.acquire(40);
    void acquire('hurried', 1, { timeoutMs: 500 });
    await clock.run(10);
    bucket.pauseUntil(new Date(clock.wallMs() + 1_000));
    await clock.run(0);
    expect(log).toEqual(['hurried wait-too-long after 10']);
  });

  it('refuses a caller at once when the answer takes it beyond its time, at any time of the clock', async () => {
    await bucket.acquire(40);
    void acquire('hurried', 2, { timeoutMs: 199 });
    await clock.run(0);
    expect([log, clock.timers]).toEqual([['hurried wait-too-long after 0'], 0]);
  });

  it('lets the next caller ask at once when the first one leaves while it asks, and is denied', async () => {
    await bucket.acquire(39);
    const asking = Promise.withResolvers<void>();
    answer = (decide) => asking.promise.then(decide);
    const leaves = new AbortController();
    void acquire('large', 4, { signal: leaves.signal });
    void acquire('small', 1);
    await clock.run(0);
    leaves.abort(new Error('left'));
    asking.resolve();
    await clock.run(0);
    expect(log).toEqual(['large left after 0', 'small granted after 0']);
  });

  it('gives back units that are left over when a caller that was granted begins a pause', async () => {
    const asking = Promise.withResolvers<void>();
    answer = (decide) => asking.promise.then(decide);
    const leaves = new AbortController();
    void acquire('leaves', 40, { signal: leaves.signal });
    void bucket.acquire(1).then(() => bucket.pauseUntil(new Date(clock.wallMs() + 1_000)));
    for (let index = 0; index < 39; index += 1) void acquire('other', 1);
    await clock.run(0);
    leaves.abort(new Error('left'));
    asking.resolve();
    await clock.run(0);
    const granted = log.filter((line) => line.startsWith('other granted')).length + 1;
    expect(granted).toBeLessThan(40);
    expect([refunds, freeUnits()]).toEqual([[40 - granted], 40 - granted]);
  });

  it('gives nothing back when the units are used up', async () => {
    const asking = Promise.withResolvers<void>();
    answer = (decide) => asking.promise.then(decide);
    const leaves = new AbortController();
    void acquire('leaves', 2, { signal: leaves.signal });
    for (const name of ['one', 'two', 'three']) void acquire(name, 1);
    await clock.run(0);
    leaves.abort(new Error('left'));
    asking.resolve();
    await clock.run(0);
    expect(log).toEqual([
      'leaves left after 0',
      'one granted after 0',
      'two granted after 0',
      'three granted after 0',
    ]);
    expect([freeUnits(), refunds]).toEqual([37, []]);
  });
});
