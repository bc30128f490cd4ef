import { describe, expect, it } from '@jest/globals';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { LocalLimitStore } from '../stores/local-limit-store.ts';
import { rateLimitFields } from './rate-limit-fields.ts';

describe('the rate limit fields', () => {
  it('describe the policy and its remaining units', () => {
    const policy = ratePolicy({ name: 'default', capacity: 1_000, ratePerSecond: 500 });
    const decision = new LocalLimitStore({ now: () => 0 }).takeNow(policy, 'key', 600);
    expect(rateLimitFields(policy, decision)).toEqual({
      'ratelimit-policy': '"default";q=1000;w=2',
      ratelimit: '"default";r=400;t=2',
    });
  });

  it('round times up to whole seconds', () => {
    const policy = ratePolicy({ name: 'short', capacity: 3, ratePerSecond: 2 });
    const store = new LocalLimitStore({ now: () => 0 });
    expect(rateLimitFields(policy, store.takeNow(policy, 'key', 3))).toEqual({
      'ratelimit-policy': '"short";q=3;w=2',
      ratelimit: '"short";r=0;t=2',
    });
    expect(rateLimitFields(policy, store.takeNow(policy, 'key', 3))['retry-after']).toBe('2');
  });

  it('ask to retry after at least 1 second', () => {
    const policy = ratePolicy({ name: 'fast', capacity: 1, ratePerSecond: 100_000 });
    const store = new LocalLimitStore({ now: () => 0 });
    store.takeNow(policy, 'key', 1);
    const denied = store.takeNow(policy, 'key', 1);
    expect(denied.retryAfterMs).toBe(1);
    expect(rateLimitFields(policy, denied)['retry-after']).toBe('1');
  });
});
