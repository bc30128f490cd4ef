import { type AcquireOptions } from '@groundwork/resilience';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { outcomeOf } from '../../test/outcome-of.ts';
import { VirtualClock } from '@groundwork/testing';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { type TokenBucketOptions } from './token-bucket-options.ts';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  let clock: VirtualClock;
  let log: string[];

  beforeEach(() => {
    clock = new VirtualClock();
    log = [];
  });

  /** Creates a bucket of 4 units that gets one unit every 100 ms. */
  const bucketOf = (options: TokenBucketOptions = {}) =>
    new TokenBucket(ratePolicy({ name: 'peer', capacity: 4, ratePerSecond: 10 }), { clock, ...options });

  /** Calls `acquire`, and logs its outcome with the time. */
  const acquire = async (bucket: TokenBucket, name: string, units: number, options?: AcquireOptions) => {
    const outcome = await outcomeOf(bucket.acquire(units, options));
    log.push(`${name} ${outcome} at ${clock.monotonicMs()}`);
  };
  /** Moves the time, and lets the callers that were granted or refused continue. */
  const advance = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  it('grants free units at once, and takes no timer', async () => {
    const bucket = bucketOf();
    expect(bucket.available).toBe(4);
    await bucket.acquire();
    await bucket.acquire(3);
    expect([bucket.available, bucket.waiting, clock.timers]).toEqual([0, 0, 0]);
    expect(bucket.tryAcquire()).toBe(false);
    clock.advance(99);
    expect([bucket.available, bucket.tryAcquire()]).toEqual([0, false]);
    clock.advance(1);
    expect([bucket.available, bucket.tryAcquire()]).toEqual([1, true]);
    clock.advance(10_000);
    expect(bucket.available).toBe(4);
  });

  it('grants in the order of the calls: a small request does not overtake a large one', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    void acquire(bucket, 'large', 3);
    void acquire(bucket, 'small', 1);
    expect([bucket.waiting, clock.timers]).toEqual([2, 1]);
    await advance(200);
    expect([bucket.available, bucket.tryAcquire(), log]).toEqual([2, false, []]);
    await advance(100);
    await advance(100);
    expect(log).toEqual(['large granted at 300', 'small granted at 400']);
    expect([bucket.waiting, clock.timers]).toEqual([0, 0]);
  });

  it('takes nothing for a caller that aborts, and lets the next one move up', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    const [first, second] = [new AbortController(), new AbortController()];
    void acquire(bucket, 'first', 4, { signal: first.signal });
    void acquire(bucket, 'second', 1, { signal: second.signal });
    void acquire(bucket, 'third', 1);
    await advance(100);
    first.abort(new Error('aborted'));
    second.abort(new Error('aborted'));
    await settled();
    expect(log).toEqual(['first aborted at 100', 'second aborted at 100']);
    await advance(0);
    expect(log.slice(2)).toEqual(['third granted at 100']);
    expect([bucket.available, clock.timers]).toEqual([0, 0]);
    first.abort();
    expect(bucket.available).toBe(0);
  });

  it('rejects a caller whose signal is aborted already, and takes nothing', async () => {
    const bucket = bucketOf();
    await acquire(bucket, 'late', 1, { signal: AbortSignal.abort(new Error('aborted')) });
    expect([log, bucket.available]).toEqual([['late aborted at 0'], 4]);
  });

  it('keeps no listener on a signal that outlives its caller', async () => {
    const bucket = bucketOf();
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    signal.addEventListener = (_type: string, listener: unknown) => void listeners.add(listener);
    signal.removeEventListener = (_type: string, listener: unknown) => void listeners.delete(listener);
    await bucket.acquire(4);
    void acquire(bucket, 'granted', 1, { signal });
    void acquire(bucket, 'refused', 1, { signal, timeoutMs: 200 });
    expect(listeners.size).toBe(2);
    await advance(100);
    bucket.pauseUntil(new Date(clock.wallMs() + 1_000));
    await settled();
    expect(log).toEqual(['granted granted at 100', 'refused wait-too-long at 100']);
    expect(listeners.size).toBe(0);
  });

  it('refuses at once more callers than may wait, with the time after which to come again', async () => {
    const bucket = bucketOf({ maxQueue: 1 });
    await bucket.acquire(4);
    void acquire(bucket, 'first', 1);
    await expect(bucket.acquire(2)).rejects.toMatchObject({
      code: 'acquire-refused',
      reason: 'queue-full',
      retryable: true,
      retryAfterMs: 300,
    });
    await advance(100);
    expect([log, bucket.waiting]).toEqual([['first granted at 100'], 0]);
  });

  it('refuses at once a caller that would wait too long: by its own limit, or by that of the bucket', async () => {
    const bucket = bucketOf({ maxWaitMs: 200 });
    await bucket.acquire(4);
    void acquire(bucket, 'in time', 2);
    await expect(bucket.acquire(1)).rejects.toMatchObject({ reason: 'wait-too-long', retryAfterMs: 300 });
    await expect(bucket.acquire(1, { timeoutMs: 299 })).rejects.toMatchObject({ reason: 'wait-too-long' });
    await expect(bucket.acquire(1, { timeoutMs: 0 })).rejects.toMatchObject({ reason: 'wait-too-long' });
    void acquire(bucket, 'patient', 1, { timeoutMs: 300 });
    await advance(200);
    await advance(100);
    expect(log).toEqual(['in time granted at 200', 'patient granted at 300']);
  });

  it('grants nothing during a pause, and refuses at once those who cannot wait for its end', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    void acquire(bucket, 'patient', 3);
    void acquire(bucket, 'hurried', 1, { timeoutMs: 500 });
    void acquire(bucket, 'last', 2);
    bucket.pauseUntil(new Date(clock.wallMs() + 1_000));
    await settled();
    expect(log).toEqual(['hurried wait-too-long at 0']);
    bucket.pauseUntil(new Date(clock.wallMs() + 10));
    await advance(999);
    expect(bucket.tryAcquire()).toBe(false);
    await advance(1);
    await advance(99);
    expect(log.slice(1)).toEqual(['patient granted at 1000']);
    await advance(1);
    expect(log.slice(2)).toEqual(['last granted at 1100']);
  });

  it('lets a caller that arrives during a pause wait for its end', async () => {
    const bucket = bucketOf();
    bucket.pauseUntil(new Date(clock.wallMs() + 1_000));
    await expect(bucket.acquire(1, { timeoutMs: 999 })).rejects.toMatchObject({ retryAfterMs: 1_000 });
    void acquire(bucket, 'one', 4);
    void acquire(bucket, 'two', 1);
    await advance(1_000);
    await advance(100);
    expect(log).toEqual(['one granted at 1000', 'two granted at 1100']);
  });

  it('is not paused by a date in the past, nor for longer than the limit, nor by a jump of the wall clock', async () => {
    const bucket = bucketOf({ maxPauseMs: 500 });
    bucket.pauseUntil(new Date(clock.wallMs() - 60_000));
    expect(bucket.tryAcquire()).toBe(true);
    bucket.pauseUntil(new Date(clock.wallMs() + 1e12));
    clock.wallOffsetMs -= 3_600_000;
    clock.advance(499);
    expect(bucket.tryAcquire()).toBe(false);
    clock.advance(1);
    expect(bucket.tryAcquire()).toBe(true);
    expect(() => bucket.pauseUntil(new Date('soon'))).toThrow(RangeError);
  });

  it('refuses those who would be granted too late after the process stood still', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    void acquire(bucket, 'late', 1, { timeoutMs: 150 });
    void acquire(bucket, 'patient', 1);
    void acquire(bucket, 'behind', 4, { timeoutMs: 700 });
    clock.stall(650);
    await settled();
    // The bucket was full at 400: 250 ms are lost, so the last one would be granted at 750.
    expect(log).toEqual([
      'late wait-too-long at 650',
      'behind wait-too-long at 650',
      'patient granted at 650',
    ]);
    expect([bucket.available, clock.timers]).toEqual([3, 0]);
  });

  it('grants nothing after the time of a caller, even if its units were free in time', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    void acquire(bucket, 'first', 1);
    void acquire(bucket, 'late', 1, { timeoutMs: 200 });
    clock.stall(300);
    await settled();
    expect(log).toEqual(['first granted at 300', 'late wait-too-long at 300']);
    expect(bucket.available).toBe(2);
  });

  it('keeps its rate over a long time, although every timer is late', async () => {
    const bucket = bucketOf({ maxQueue: 10_000 });
    await bucket.acquire(4);
    let granted = 0;
    for (let n = 0; n < 1_000; n += 1) void bucket.acquire().then(() => (granted += 1));
    for (let at = 0; at < 100_000; at += 130) clock.stall(130);
    await settled();
    expect(granted).toBe(1_000);
  });

  it('sets its timer again when it fires early', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    const { after } = clock;
    clock.after = (delayMs, wake) => after.call(clock, delayMs / 2, wake);
    void acquire(bucket, 'one', 1);
    await advance(99);
    expect([log, clock.timers]).toEqual([[], 1]);
    await advance(1);
    expect(log).toEqual(['one granted at 100']);
  });

  it('refuses all callers once it is closed', async () => {
    const bucket = bucketOf();
    await bucket.acquire(4);
    void acquire(bucket, 'waiting', 1);
    bucket.close();
    bucket.close();
    await settled();
    clock.advance(1_000);
    expect([log, clock.timers, bucket.tryAcquire()]).toEqual([['waiting closed at 0'], 0, false]);
    await expect(bucket.acquire()).rejects.toMatchObject({ reason: 'closed', retryable: false });
  });

  it('refuses more units than it can ever have, and what is not a number of units, before it takes anything', async () => {
    const bucket = bucketOf();
    await expect(bucket.acquire(5)).rejects.toMatchObject({ code: 'cost-exceeds-capacity' });
    for (const units of [0, -1, 1.5, NaN, Infinity]) {
      await expect(bucket.acquire(units)).rejects.toThrow();
      expect(() => bucket.tryAcquire(units)).toThrow();
    }
    for (const timeoutMs of [-1, NaN])
      await expect(bucket.acquire(1, { timeoutMs })).rejects.toThrow('timeoutMs');
    expect(bucket.available).toBe(4);
  });

  it.each([
    [{ maxQueue: -1 }, 'maxQueue'],
    [{ maxQueue: 1.5 }, 'maxQueue'],
    [{ maxWaitMs: 0 }, 'maxWaitMs'],
    [{ maxWaitMs: NaN }, 'maxWaitMs'],
    [{ maxPauseMs: -1 }, 'maxPauseMs'],
  ])('refuses the options %j and names the wrong one', (options, name) => {
    expect(() => bucketOf(options)).toThrow(name);
  });
});
