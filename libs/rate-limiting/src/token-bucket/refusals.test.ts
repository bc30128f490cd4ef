import { type AcquireRefused } from '@groundwork/resilience';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { LocalLimitStore } from '../stores/local-limit-store.ts';
import { SharedTokenBucket } from './shared-token-bucket.ts';
import { TokenBucket } from './token-bucket.ts';

/** One unit each 100 ms. */
const policy = ratePolicy({ name: 'peer', capacity: 4, ratePerSecond: 10 });

describe('the refusal of a token bucket', () => {
  let clock: VirtualClock;
  let bucket: TokenBucket;
  const refusals: AcquireRefused[] = [];

  beforeEach(async () => {
    clock = new VirtualClock();
    // Times are differences: the clock does not start at 0.
    clock.advance(7_000);
    bucket = new TokenBucket(policy, { clock, maxQueue: 1 });
    refusals.splice(0);
    await bucket.acquire(4);
  });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const collect = (acquired: Promise<void>) =>
    void acquired.catch((error: unknown) => refusals.push(error as AcquireRefused));

  it('says when the caller would have been granted: because of those before it', async () => {
    collect(bucket.acquire(2));
    await expect(bucket.acquire(2)).rejects.toMatchObject({ reason: 'queue-full', retryAfterMs: 400 });
    await expect(new TokenBucket(policy, { clock }).acquire(1)).resolves.toBeUndefined();
  });

  it('says when the caller would have been granted: because of a pause', async () => {
    collect(bucket.acquire(1, { timeoutMs: 500 }));
    bucket.pauseUntil(new Date(clock.wallMs() + 1_000));
    await settled();
    expect(refusals).toMatchObject([{ reason: 'wait-too-long', retryAfterMs: 1_000 }]);
  });

  it('does not meet a caller that is granted at the last moment of its time', async () => {
    const granted = bucket.acquire(1, { timeoutMs: 1_000 });
    bucket.pauseUntil(new Date(clock.wallMs() + 1_000));
    await clock.run(1_000);
    await expect(granted).resolves.toBeUndefined();
  });

  it('names what is closed, and leaves no timer', async () => {
    collect(bucket.acquire(1));
    bucket.close();
    await settled();
    collect(bucket.acquire(1));
    await settled();
    expect(refusals.map(({ message }) => message)).toEqual(['the bucket is closed', 'the bucket is closed']);
    expect(clock.timers).toBe(0);
    const shared = new SharedTokenBucket(policy, {
      ...{ clock, key: 'provider', random: () => 0 },
      limiter: {
        take: async (...args) => new LocalLimitStore().takeNow(...args),
        refund: async () => undefined,
      },
    });
    shared.close();
    await expect(shared.acquire(1)).rejects.toThrow('the bucket is closed');
  });
});
