import { describe, expect, it } from '@jest/globals';
import { type Decision } from '../gcra/decision.ts';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { LocalLimitStore } from '../stores/local-limit-store.ts';
import { quotaExceeded } from './quota-exceeded.ts';
import { rateLimitFields } from './rate-limit-fields.ts';

describe('the rate limit fields', () => {
  it('describe the policy and its remaining units', () => {
    const policy = ratePolicy({ name: 'default', capacity: 1_000, ratePerSecond: 500 });
    const decision = new LocalLimitStore({ now: () => 0 }).takeNow(policy, 'key', 600);
    expect(rateLimitFields([{ policy, decision }])).toEqual({
      'ratelimit-policy': '"default";q=1000;w=2',
      ratelimit: '"default";r=400;t=2',
    });
  });

  it('round times up to whole seconds', () => {
    const policy = ratePolicy({ name: 'short', capacity: 3, ratePerSecond: 2 });
    const store = new LocalLimitStore({ now: () => 0 });
    expect(rateLimitFields([{ policy, decision: store.takeNow(policy, 'key', 3) }])).toEqual({
      'ratelimit-policy': '"short";q=3;w=2',
      ratelimit: '"short";r=0;t=2',
    });
    expect(rateLimitFields([{ policy, decision: store.takeNow(policy, 'key', 3) }])['retry-after']).toBe('2');
  });

  it('ask to retry after at least 1 second', () => {
    const policy = ratePolicy({ name: 'fast', capacity: 1, ratePerSecond: 100_000 });
    const store = new LocalLimitStore({ now: () => 0 });
    store.takeNow(policy, 'key', 1);
    const denied = store.takeNow(policy, 'key', 1);
    expect(denied.retryAfterMs).toBe(1);
    expect(rateLimitFields([{ policy, decision: denied }])['retry-after']).toBe('1');
  });

  it('list all enforced policies, and the longest time to wait of those that deny', () => {
    const second = ratePolicy({ name: 'second', capacity: 10, ratePerSecond: 10 });
    const day = ratePolicy({ name: 'day', capacity: 2, ratePerSecond: 0.1 });
    const trial = ratePolicy({ name: 'trial', capacity: 2, ratePerSecond: 0.001, shadow: true });
    const policies = [second, day, trial];
    const store = new LocalLimitStore({ now: () => 0 });
    const decide = () => store.takeAllNow(policies.map((policy) => ({ policy, key: 'key', cost: 2 })));
    const limitsOf = (decisions: Decision[]) =>
      policies.map((policy, index) => ({ policy, decision: decisions[index] as Decision }));
    decide();
    const limits = limitsOf(decide());
    expect(rateLimitFields(limits)).toEqual({
      'ratelimit-policy': '"second";q=10;w=1, "day";q=2;w=20',
      ratelimit: '"second";r=8;t=1, "day";r=0;t=20',
      'retry-after': '20',
    });
    expect(quotaExceeded(limits)).toEqual({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      title: 'Request cannot be satisfied as assigned quota has been exceeded',
      status: 429,
      'violated-policies': ['day'],
    });
    expect(rateLimitFields(limits.slice(2))).toEqual({});
    const denied = policies.map((policy) => ({
      policy,
      decision: store.takeNow(policy, 'used-up', policy.capacity),
    }));
    const again = denied.map(({ policy }) => ({ policy, decision: store.takeNow(policy, 'used-up', 1) }));
    expect(rateLimitFields(again)['retry-after']).toBe('10');
  });
});
