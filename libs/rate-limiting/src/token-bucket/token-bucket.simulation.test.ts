import { describe, expect, it } from '@jest/globals';
import { type Grant, largestExcess } from '../../test/largest-excess.ts';
import { randomOf, VirtualClock } from '@groundwork/testing';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { TokenBucket } from './token-bucket.ts';

const seeds = Array.from({ length: 100 }, (_, index) => index + 1);
const STEPS = 200;

interface Caller {
  readonly units: number;
  readonly calledAt: number;
  readonly deadline: number;
  settledAt: number | undefined;
  outcome: 'granted' | 'refused' | 'aborted' | undefined;
}

/** The bucket counts in whole microseconds. @returns milliseconds */
const wholeMicros = (clock: VirtualClock) => Math.floor(clock.monotonicMs() * 1_000) / 1_000;

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs callers that come, abort and wait at random. Their process stands still at times, and its peer asks for pauses. */
async function run(seed: number) {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const policy = ratePolicy({ name: 'peer', capacity: 1 + below(20), ratePerSecond: 1 + below(500) });
  const clock = new VirtualClock();
  const maxQueue = 1 + below(30);
  const bucket = new TokenBucket(policy, { clock, maxQueue });
  const callers: Caller[] = [];
  const grants: Grant[] = [];
  const aborts: AbortController[] = [];
  const unitMs = 1_000 / policy.ratePerSecond;
  let pausedUntil = -1;
  let mostWaiting = 0;

  const call = () => {
    const now = clock.monotonicMs();
    const units = 1 + below(policy.capacity);
    const timeoutMs = random() < 0.5 ? Infinity : 1 + below(unitMs * 40);
    const caller: Caller = {
      ...{ units, calledAt: now, deadline: now + timeoutMs },
      ...{ settledAt: undefined, outcome: undefined },
    };
    callers.push(caller);
    const abort = new AbortController();
    aborts.push(abort);
    const settle = (outcome: Caller['outcome']) => {
      [caller.outcome, caller.settledAt] = [outcome, clock.monotonicMs()];
      if (outcome === 'granted') grants.push({ units, at: wholeMicros(clock) });
    };
    return bucket.acquire(units, { signal: abort.signal, timeoutMs }).then(
      () => settle('granted'),
      (error: Error) => settle(error.name === 'AbortError' ? 'aborted' : 'refused'),
    );
  };

  for (let step = 0; step < STEPS; step += 1) {
    const choice = random();
    if (choice < 0.5) void call();
    else if (choice < 0.6) aborts[below(aborts.length)]?.abort();
    else if (choice < 0.65) {
      const forMs = below(unitMs * 20);
      pausedUntil = Math.max(pausedUntil, clock.monotonicMs() + forMs);
      bucket.pauseUntil(new Date(clock.wallMs() + forMs));
    } else if (choice < 0.7 && bucket.tryAcquire()) grants.push({ units: 1, at: wholeMicros(clock) });
    else if (choice < 0.75) clock.stall(below(unitMs * 10));
    else await clock.run(random() * unitMs * 2);
    await settled();
    mostWaiting = Math.max(mostWaiting, bucket.waiting);
    expect(clock.timers).toBe(bucket.waiting > 0 ? 1 : 0);
    const isFree = clock.monotonicMs() > pausedUntil && bucket.available >= policy.capacity;
    if (isFree) expect(bucket.waiting).toBe(0);
  }
  await clock.run(unitMs * policy.capacity * (maxQueue + 2) + unitMs * 20);
  return { policy, callers, grants, maxQueue, mostWaiting, clock, bucket };
}

describe('a token bucket, simulated', () => {
  it.each(seeds)('keeps its limit, the order of its callers and their deadlines (seed %i)', async (seed) => {
    const { policy, callers, grants, maxQueue, mostWaiting, clock, bucket } = await run(seed);
    expect(largestExcess(grants, policy)).toBeLessThanOrEqual(1e-6);
    expect(mostWaiting).toBeLessThanOrEqual(maxQueue);

    // No caller is lost, and no timer is left behind.
    expect(callers.filter(({ outcome }) => outcome === undefined)).toEqual([]);
    expect([bucket.waiting, clock.timers, bucket.available]).toEqual([0, 0, policy.capacity]);

    const granted = callers.filter(({ outcome }) => outcome === 'granted');
    for (const { settledAt, deadline } of granted) expect(settledAt).toBeLessThanOrEqual(deadline);
    const times = granted.map(({ settledAt }) => settledAt as number);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});
