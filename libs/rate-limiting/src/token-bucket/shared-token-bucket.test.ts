import { type AcquireOptions } from '@groundwork/resilience';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { outcomeOf } from '../../test/outcome-of.ts';
import { VirtualClock } from '@groundwork/testing';
import { type Decision } from '../gcra/decision.ts';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { LocalLimitStore } from '../stores/local-limit-store.ts';
import { SharedTokenBucket, type SharedTokenBucketOptions, type UnitLimiter } from './shared-token-bucket.ts';

const policy = ratePolicy({ name: 'peer', capacity: 4, ratePerSecond: 10 });

describe('a shared token bucket', () => {
  let clock: VirtualClock;
  let log: string[];
  let asked: number;
  /** Set to keep the limiter from answering. */
  let answer: (decide: () => Decision) => Promise<Decision>;
  let limiter: { -readonly [Name in keyof UnitLimiter]: UnitLimiter[Name] };
  let store: LocalLimitStore;

  beforeEach(() => {
    clock = new VirtualClock();
    log = [];
    asked = 0;
    answer = async (decide) => decide();
    store = new LocalLimitStore({ now: () => Math.floor(clock.monotonicMs() * 1_000) });
    limiter = {
      refund: (of, key, units) => store.refund([{ policy: of, key, cost: units }]),
      take: (...args) => {
        asked += 1;
        return answer(() => store.takeNow(...args));
      },
    };
  });

  const bucketOf = (options: Partial<SharedTokenBucketOptions> = {}) =>
    new SharedTokenBucket(policy, { limiter, key: 'provider', clock, random: () => 0, ...options });
  const acquire = async (
    bucket: SharedTokenBucket,
    name: string,
    units: number,
    options?: AcquireOptions,
  ) => {
    const outcome = await outcomeOf(bucket.acquire(units, options));
    log.push(`${name} ${outcome} at ${clock.monotonicMs()}`);
  };

  it('shares its units with the buckets of other processes, and asks once for each grant at most', async () => {
    const [one, two] = [bucketOf(), bucketOf()];
    await one.acquire(3);
    await two.acquire(1);
    expect([asked, clock.timers]).toEqual([2, 0]);
    void acquire(one, 'one', 1);
    void acquire(two, 'two', 2);
    await clock.run(300);
    expect(log).toEqual(['one granted at 100', 'two granted at 300']);
    expect([one.waiting, two.waiting, clock.timers]).toEqual([0, 0, 0]);
  });

  it('grants in the order of the calls, and only the first caller asks', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    void acquire(bucket, 'large', 4);
    void acquire(bucket, 'small', 1);
    await clock.run(399);
    expect([asked, log]).toEqual([2, []]);
    await clock.run(101);
    expect(log).toEqual(['large granted at 400', 'small granted at 500']);
  });

  it('asks again exactly when its units are free, while no other process takes them', async () => {
    const bucket = bucketOf({ random: () => 0.5 });
    await bucket.acquire(4);
    for (const name of ['one', 'two', 'three']) void acquire(bucket, name, 1);
    await clock.run(300);
    expect(log).toEqual(['one granted at 100', 'two granted at 200', 'three granted at 300']);
    expect(asked).toBe(7);
  });

  it('asks later, the more units other processes took before it, until it gets its own', async () => {
    const [other, bucket] = [bucketOf(), bucketOf({ random: () => 0.5 })];
    await other.acquire(4);
    for (const name of ['a', 'b', 'c', 'd', 'e']) void acquire(other, name, 1);
    void acquire(bucket, 'mine', 1);
    void acquire(bucket, 'my next', 1);
    await clock.run(1_000);
    // Denied at 0 and 100, it asks at 250 instead of 200. Denied again, it asks at 400: at 300, and half of two units later.
    expect(log).toEqual([
      'a granted at 100',
      'b granted at 200',
      'c granted at 300',
      'mine granted at 400',
      'd granted at 500',
      'e granted at 600',
      'my next granted at 700',
    ]);
  });

  it('gives the units of a caller that aborted while it asked to the next one', async () => {
    const bucket = bucketOf();
    const asking = Promise.withResolvers<void>();
    answer = (decide) => asking.promise.then(decide);
    const leaving = new AbortController();
    void acquire(bucket, 'leaving', 3, { signal: leaving.signal });
    void acquire(bucket, 'next', 2);
    void acquire(bucket, 'last', 1);
    leaving.abort(new Error('aborted'));
    asking.resolve();
    await clock.run(0);
    expect(log).toEqual(['leaving aborted at 0', 'next granted at 0', 'last granted at 0']);
    expect(asked).toBe(1);
  });

  it.each([
    ['no caller waits', [], 4],
    ['the next caller needs more', [4], 0],
    ['the next callers need fewer', [1], 3],
  ])('gives the units of a caller that aborted while it asked back when %s', async (_name, others, left) => {
    const bucket = bucketOf();
    const asking = Promise.withResolvers<void>();
    answer = (decide) => asking.promise.then(decide);
    const leaving = new AbortController();
    void acquire(bucket, 'leaving', 3, { signal: leaving.signal });
    for (const units of others) void acquire(bucket, 'other', units);
    leaving.abort(new Error('aborted'));
    asking.resolve();
    await clock.run(0);
    expect(log.slice(1)).toEqual(others.map(() => 'other granted at 0'));
    expect(store.peekNow(policy, 'provider', 1).remaining).toBe(left);
  });

  it('does without a refund that fails', async () => {
    const bucket = bucketOf();
    limiter.refund = () => Promise.reject(new Error('no store'));
    const leaving = new AbortController();
    void acquire(bucket, 'leaving', 3, { signal: leaving.signal });
    leaving.abort(new Error('aborted'));
    await clock.run(0);
    await bucket.acquire();
    expect(store.peekNow(policy, 'provider', 1).remaining).toBe(0);
  });

  it('lets the next caller ask at once when the first one aborts, and only then', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    const [first, second] = [new AbortController(), new AbortController()];
    void acquire(bucket, 'first', 4, { signal: first.signal });
    void acquire(bucket, 'second', 1, { signal: second.signal });
    void acquire(bucket, 'third', 1);
    await clock.run(150);
    second.abort(new Error('aborted'));
    await clock.run(0);
    expect(asked).toBe(2);
    first.abort(new Error('aborted'));
    await clock.run(0);
    expect(log).toEqual(['second aborted at 150', 'first aborted at 150', 'third granted at 150']);
  });

  it('refuses a caller at once when the answer takes it beyond its time, or when its time is over', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    void acquire(bucket, 'hurried', 2, { timeoutMs: 199 });
    await clock.run(0);
    expect(log).toEqual(['hurried wait-too-long at 0']);
    void acquire(bucket, 'first', 4);
    void acquire(bucket, 'behind', 1, { timeoutMs: 250 });
    await clock.run(400);
    expect(log.slice(1)).toEqual(['behind wait-too-long at 250', 'first granted at 400']);
    expect(clock.timers).toBe(0);
  });

  it('lets a caller that may not wait ask once, but not behind others', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4, { timeoutMs: 0 });
    await expect(bucket.acquire(1, { timeoutMs: 0 })).rejects.toMatchObject({ retryAfterMs: 100 });
    void acquire(bucket, 'waiting', 1);
    await expect(bucket.acquire(1, { timeoutMs: 0 })).rejects.toMatchObject({ reason: 'wait-too-long' });
    expect(asked).toBe(3);
    await clock.run(100);
    expect(log).toEqual(['waiting granted at 100']);
  });

  it('refuses more callers than may wait', async () => {
    const bucket = bucketOf({ maxQueue: 1 });
    await bucket.acquire(4);
    void acquire(bucket, 'first', 1);
    void acquire(bucket, 'second', 1);
    await expect(bucket.acquire()).rejects.toMatchObject({ reason: 'queue-full', retryable: true });
    await clock.run(200);
    expect(log).toEqual(['first granted at 100', 'second granted at 200']);
  });

  it('asks for nothing during a pause, and gives back units that arrive in it', async () => {
    const bucket = bucketOf();
    const asking = Promise.withResolvers<void>();
    answer = (decide) => asking.promise.then(decide);
    void acquire(bucket, 'first', 1);
    bucket.pauseUntil(new Date(clock.wallMs() + 1_000));
    asking.resolve();
    await clock.run(0);
    expect(store.peekNow(policy, 'provider', 1).remaining).toBe(4);
    await clock.run(999);
    await expect(bucket.acquire(1, { timeoutMs: 0 })).rejects.toMatchObject({ retryAfterMs: 1 });
    expect([log, asked]).toEqual([[], 1]);
    await clock.run(1);
    expect([log, asked]).toEqual([['first granted at 1000'], 2]);
  });

  it('refuses at once a caller that cannot wait for the end of a pause that begins while it asks', async () => {
    const bucket = bucketOf();
    const asking = Promise.withResolvers<void>();
    answer = (decide) => asking.promise.then(decide);
    void acquire(bucket, 'impatient', 1, { timeoutMs: 0 });
    bucket.pauseUntil(new Date(clock.wallMs() + 1_000));
    asking.resolve();
    await clock.run(0);
    expect([log, clock.timers, bucket.waiting]).toEqual([['impatient wait-too-long at 0'], 0, 0]);
    expect(store.peekNow(policy, 'provider', 1).remaining).toBe(4);
  });

  it('asks again within the time of a caller, however many units others took', async () => {
    const slow = ratePolicy({ name: 'slow', capacity: 100, ratePerSecond: 1 });
    const asks: number[] = [];
    const always: UnitLimiter = {
      take: async () => {
        asks.push(clock.monotonicMs());
        return { allowed: false, remaining: 0, retryAfterMs: 100, resetMs: 100, decidedBy: 'shared' };
      },
      refund: async () => undefined,
    };
    const bucket = new SharedTokenBucket(slow, { limiter: always, key: 'x', clock, random: () => 1 });
    void acquire(bucket, 'patient', 50, { timeoutMs: 5_000 });
    await clock.run(6_000);
    expect(log).toEqual(['patient wait-too-long at 5000']);
    const gaps = asks.slice(1).map((at, index) => at - asks[index]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1_100);
  });

  it('lets a pause reach a caller that waits to ask again', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    void acquire(bucket, 'first', 1);
    void acquire(bucket, 'hurried', 1, { timeoutMs: 500 });
    await clock.run(50);
    bucket.pauseUntil(new Date(clock.wallMs() + 1_000));
    await clock.run(1_000);
    expect(log).toEqual(['hurried wait-too-long at 500', 'first granted at 1050']);
  });

  it('passes the error of the limiter to the caller, and the next one asks', async () => {
    const bucket = bucketOf();
    answer = () => Promise.reject(new Error('no store'));
    void acquire(bucket, 'first', 1);
    void acquire(bucket, 'second', 1);
    await clock.run(0);
    expect(log).toEqual(['first no store at 0', 'second no store at 0']);
    answer = async (decide) => decide();
    await bucket.acquire();
  });

  it('refuses all callers once it is closed', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    void acquire(bucket, 'waiting', 1, { timeoutMs: 1_000 });
    void acquire(bucket, 'behind', 1);
    await clock.run(0);
    bucket.close();
    await clock.run(0);
    expect([log, clock.timers, bucket.waiting]).toEqual([
      ['waiting closed at 0', 'behind closed at 0'],
      0,
      0,
    ]);
    await expect(bucket.acquire()).rejects.toMatchObject({ reason: 'closed', retryable: false });
    expect(asked).toBe(2);
  });

  it('refuses wrong numbers before it asks', async () => {
    const bucket = bucketOf();
    await expect(bucket.acquire(5)).rejects.toMatchObject({ code: 'cost-exceeds-capacity' });
    await expect(bucket.acquire(0)).rejects.toThrow(RangeError);
    await expect(bucket.acquire(1, { timeoutMs: -1 })).rejects.toThrow('timeoutMs');
    await acquire(bucket, 'late', 1, { signal: AbortSignal.abort(new Error('aborted')) });
    expect([asked, log]).toEqual([0, ['late aborted at 0']]);
    expect(() => bucketOf({ maxQueue: -1 })).toThrow('maxQueue');
    expect(() => bucketOf({ maxWaitMs: 0 })).toThrow('maxWaitMs');
    expect(() => bucketOf({ maxPauseMs: 0 })).toThrow('maxPauseMs');
  });
});
