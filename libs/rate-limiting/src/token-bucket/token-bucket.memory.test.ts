import { describe, expect, it } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { VirtualClock } from '@groundwork/testing';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { TokenBucket } from './token-bucket.ts';

const ROUNDS = 50;
const CALLERS = 2_000;

describe('a token bucket that many callers leave', () => {
  it('loses no unit, keeps the order of the others, and keeps no memory of any', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const clock = new VirtualClock();
    const policy = ratePolicy({ name: 'peer', capacity: 100, ratePerSecond: 1_000 });
    const bucket = new TokenBucket(policy, { clock, maxQueue: CALLERS });
    const stay = new AbortController();
    const heap: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const leave = new AbortController();
      const granted: number[] = [];
      let aborted = 0;
      await bucket.acquire(100);
      const outcomes = Array.from({ length: CALLERS }, (_, n) =>
        bucket.acquire(1, { signal: n % 2 === 0 ? stay.signal : leave.signal }).then(
          () => granted.push(n),
          () => (aborted += 1),
        ),
      );
      leave.abort();
      const startedAt = clock.monotonicMs();
      for (let grants = 0; grants < CALLERS / 2; grants += 1) clock.advance(1);
      await Promise.all(outcomes);
      expect([granted.length, aborted, clock.monotonicMs() - startedAt]).toEqual([
        CALLERS / 2,
        CALLERS / 2,
        CALLERS / 2,
      ]);
      expect(granted).toEqual(granted.toSorted((a, b) => a - b));
      clock.advance(100);
      if (round > 1 && round < ROUNDS - 3) continue;
      collect();
      heap.push(process.memoryUsage().heapUsed);
    }
    const [, second = 0, ...later] = heap;
    expect(Math.max(...later) / second).toBeLessThan(1.05);
  });
});
