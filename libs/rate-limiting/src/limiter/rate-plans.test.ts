import { describe, expect, it } from '@jest/globals';
import { limiterOf } from '../../test/limiter-of.ts';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { RatePlans } from './rate-plans.ts';

const free = [ratePolicy({ name: 'requests', capacity: 2, ratePerSecond: 0.01 })];
const paid = [
  ratePolicy({ name: 'requests', capacity: 10, ratePerSecond: 1 }),
  ratePolicy({ name: 'exports', capacity: 5, ratePerSecond: 0.01 }),
];

describe('rate plans', () => {
  it('have policies for each customer', async () => {
    const plans = new RatePlans({
      plans: { free, paid },
      planOf: (key: string) => (key === 'acme' ? 'paid' : 'free'),
    });
    expect(await plans.policiesOf('acme')).toBe(paid);
    expect(await plans.policiesOf('visitor')).toBe(free);
  });

  it('keep what a key has used when its plan changes', async () => {
    const { limiter } = limiterOf();
    const planOf = new Map<string, 'free' | 'paid'>();
    const plans = new RatePlans({
      plans: { free, paid },
      planOf: async (key: string) => planOf.get(key) ?? 'free',
    });
    const charges = async () =>
      (await plans.policiesOf('acme')).map((policy) => ({ policy, key: 'acme', cost: 1 }));
    for (let times = 0; times < 3; times += 1) await limiter.takeAll(await charges());
    expect((await limiter.peekAll(await charges())).allowed).toBe(false);
    planOf.set('acme', 'paid');
    // What it has used under the free plan is more than the paid plan refills in the same time: its bucket is empty.
    expect(await limiter.peekAll(await charges())).toMatchObject({
      decisions: [{ decision: { remaining: 0 } }, { decision: { remaining: 5 } }],
    });
  });

  it('refuse a plan without policies, and a plan that is not configured', async () => {
    expect(() => new RatePlans({ plans: { none: [] }, planOf: () => 'none' })).toThrow(
      'plan none: expected at least one',
    );
    const plans = new RatePlans({ plans: { free, paid }, planOf: () => 'gold' as 'free' | 'paid' });
    await expect(plans.policiesOf('acme')).rejects.toMatchObject({
      ...{ code: 'unknown-rate-plan', retryable: false },
      message: 'planOf returned "gold"; expected one of free, paid',
    });
  });
});
