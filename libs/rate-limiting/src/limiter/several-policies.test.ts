import { describe, expect, it } from '@jest/globals';
import { limiterOf } from '../../test/limiter-of.ts';
import { ratePolicy } from '../gcra/rate-policy.ts';

const SECOND = ratePolicy({ name: 'second', capacity: 10, ratePerSecond: 10 });
const DAY = ratePolicy({ name: 'day', capacity: 4, ratePerSecond: 0.01 });
const TRIAL = ratePolicy({ name: 'trial', capacity: 1, ratePerSecond: 0.01, shadow: true });

const request = (cost = 1) => [
  { policy: SECOND, key: 'address', cost },
  { policy: DAY, key: 'customer', cost },
];

describe('a request under several policies', () => {
  it('takes the units of all of them, or of none', async () => {
    const { limiter } = limiterOf();
    expect(await limiter.takeAll(request(3))).toMatchObject({ allowed: true, retryAfterMs: 0 });
    const denied = await limiter.takeAll(request(3));
    expect(denied).toMatchObject({
      allowed: false,
      retryAfterMs: 200_000,
      decisions: [
        { policy: SECOND, key: 'address', cost: 3, decision: { allowed: true, remaining: 7 } },
        { policy: DAY, key: 'customer', cost: 3, decision: { allowed: false, remaining: 1 } },
      ],
    });
    expect(await limiter.peek(SECOND, 'address')).toMatchObject({ remaining: 7 });
  });

  it('waits as long as the slowest policy that denies', async () => {
    const { limiter } = limiterOf();
    const hour = ratePolicy({ name: 'hour', capacity: 1, ratePerSecond: 0.001 });
    const charges = [...request(4), { policy: hour, key: 'customer', cost: 1 }];
    await limiter.takeAll(charges);
    expect(await limiter.takeAll(charges)).toMatchObject({ allowed: false, retryAfterMs: 1_000_000 });
  });

  it('peeks without taking units', async () => {
    const { limiter } = limiterOf();
    for (let times = 0; times < 5; times += 1)
      expect(await limiter.peekAll(request(4))).toMatchObject({ allowed: true });
    await limiter.takeAll(request(4));
    expect(await limiter.peekAll(request())).toMatchObject({ allowed: false });
  });

  it('costs no round trip while one of its denials is remembered', async () => {
    const { store, limiter, advance } = limiterOf();
    await limiter.takeAll(request(4));
    await limiter.takeAll(request());
    const { asked } = store;
    for (let times = 0; times < 100; times += 1)
      expect(await limiter.takeAll(request())).toMatchObject({
        allowed: false,
        decisions: [{ policy: DAY, decision: { allowed: false } }],
      });
    expect(store.asked).toBe(asked);
    advance(100_000);
    expect(await limiter.takeAll(request())).toMatchObject({ allowed: true });
  });

  it('gives all units back, and nothing of a denied request', async () => {
    const { limiter } = limiterOf();
    const taken = await limiter.takeAll([...request(4), { policy: TRIAL, key: 'address', cost: 1 }]);
    const denied = await limiter.takeAll(request(4));
    await limiter.refundAll(denied);
    expect(await limiter.peek(DAY, 'customer')).toMatchObject({ remaining: 0 });
    expect(await limiter.peek(SECOND, 'address')).toMatchObject({ remaining: 6 });
    await limiter.refundAll(taken);
    expect(await limiter.peekAll(request(4))).toMatchObject({
      decisions: [{ decision: { remaining: 10 } }, { decision: { remaining: 4 } }],
    });
  });

  it('gives nothing back to a shadow policy that would have denied', async () => {
    const { limiter, store } = limiterOf();
    const charges = [...request(), { policy: TRIAL, key: 'address', cost: 1 }];
    await limiter.takeAll(charges);
    const second = await limiter.takeAll(charges);
    expect(second.allowed).toBe(true);
    await limiter.refundAll(second);
    expect(await store.peek([charges[2]!])).toMatchObject([{ allowed: false, remaining: 0 }]);
  });

  it('counts the cost of a shadow policy as it is, unless it is above the capacity', async () => {
    const { limiter, store } = limiterOf();
    const shadow = ratePolicy({ name: 'counting', capacity: 10, ratePerSecond: 1, shadow: true });
    await limiter.take(shadow, 'key', 3);
    expect(await store.peek([{ policy: shadow, key: 'key', cost: 1 }])).toMatchObject([{ remaining: 7 }]);
  });

  it('decides up to 16 policies together', async () => {
    const { limiter } = limiterOf();
    const policies = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ policy: SECOND, key: `key-${index}`, cost: 1 }));
    expect(await limiter.takeAll(policies(16))).toMatchObject({ allowed: true });
    await expect(limiter.takeAll(policies(17))).rejects.toThrow('charges: expected 1 to 16, got 17');
  });

  it('refuses invalid charges before the store is asked', async () => {
    const { store, limiter } = limiterOf();
    await expect(limiter.takeAll([])).rejects.toThrow('charges: expected 1 to 16, got 0');
    await expect(limiter.takeAll([...request(), ...request()])).rejects.toThrow('charges one key twice');
    await expect(limiter.takeAll(request(5))).rejects.toMatchObject({ code: 'cost-exceeds-capacity' });
    await expect(limiter.take(DAY, '')).rejects.toThrow('key: expected text of 1 to 1024 characters');
    expect(store.asked).toBe(0);
  });
});

describe('a request under several policies while the store fails', () => {
  const open = ratePolicy({ name: 'open', capacity: 1, ratePerSecond: 1, whenStoreFails: 'open' });
  const closed = ratePolicy({ name: 'closed', capacity: 1, ratePerSecond: 1, whenStoreFails: 'closed' });

  it('follows the failure mode of each policy, and takes all shares or none', async () => {
    const { store, limiter } = limiterOf(2);
    store.down = true;
    const charges = [{ policy: open, key: 'address', cost: 1 }, ...request()];
    const decidedBy = ['none', 'local', 'local'];
    for (let times = 0; times < 2; times += 1) {
      const { allowed, decisions } = await limiter.takeAll(charges);
      expect([allowed, decisions.map(({ decision }) => decision.decidedBy)]).toEqual([true, decidedBy]);
    }
    expect(await limiter.takeAll(charges)).toMatchObject({ allowed: false });
    expect(await limiter.peek(SECOND, 'address')).toMatchObject({ decidedBy: 'local', remaining: 3 });
  });

  it('rejects if one policy is closed, and names it', async () => {
    const { store, limiter } = limiterOf(2);
    store.down = true;
    const charges = [...request(), { policy: closed, key: 'address', cost: 1 }];
    await expect(limiter.takeAll(charges)).rejects.toThrow('policy closed rejects');
    expect(await limiter.peek(DAY, 'customer')).toMatchObject({ decidedBy: 'local', remaining: 2 });
  });

  it('gives units back to the local shares that they came from', async () => {
    const { store, limiter } = limiterOf(2);
    store.down = true;
    const taken = await limiter.takeAll(request(2));
    expect(await limiter.takeAll(request())).toMatchObject({ allowed: false });
    await limiter.refundAll(taken);
    expect(await limiter.takeAll(request(2))).toMatchObject({ allowed: true });
  });
});

describe('a shadow policy', () => {
  it('denies nothing, and reports what it would deny', async () => {
    const { limiter, reports } = limiterOf();
    const charges = [...request(), { policy: TRIAL, key: 'address', cost: 1 }];
    expect(await limiter.takeAll(charges)).toMatchObject({ allowed: true });
    expect(reports).toEqual([]);
    expect(await limiter.takeAll(charges)).toMatchObject({
      allowed: true,
      retryAfterMs: 0,
      decisions: [{}, {}, { decision: { allowed: false } }],
    });
    expect(reports).toEqual(['trial would deny address']);
  });

  it('allows a single charge, and counts it', async () => {
    const { limiter, reports } = limiterOf();
    for (let times = 0; times < 3; times += 1)
      expect(await limiter.take(TRIAL, 'address')).toMatchObject({ allowed: true, retryAfterMs: 0 });
    expect(reports).toEqual(['trial would deny address', 'trial would deny address']);
  });

  it('never makes a request fail: a cost above its capacity counts as the whole capacity', async () => {
    const { limiter, reports } = limiterOf();
    expect(await limiter.take(TRIAL, 'address', 50)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await limiter.take(TRIAL, 'address', 50)).toMatchObject({ allowed: true });
    expect(reports).toEqual(['trial would deny address']);
  });

  it('does not refuse while the store fails, even if it is closed', async () => {
    const { store, limiter } = limiterOf(2);
    store.down = true;
    const closed = ratePolicy({ ...TRIAL, name: 'closed-trial', whenStoreFails: 'closed' });
    for (const policy of [TRIAL, closed])
      for (let times = 0; times < 3; times += 1)
        expect(await limiter.take(policy, 'address')).toMatchObject({ allowed: true });
  });

  it('has taken nothing when it would have denied, so a refund gives nothing back', async () => {
    const { limiter } = limiterOf();
    const taken = await limiter.take(TRIAL, 'address', 50);
    const denied = await limiter.take(TRIAL, 'address');
    await limiter.refund(TRIAL, 'address', 1, denied.decidedBy);
    expect(await limiter.peek(TRIAL, 'address')).toMatchObject({ remaining: 0 });
    await limiter.refund(TRIAL, 'address', 50, taken.decidedBy);
    expect(await limiter.peek(TRIAL, 'address')).toMatchObject({ remaining: 1 });
  });

  it('reports no denial for a look', async () => {
    const { limiter, reports } = limiterOf();
    await limiter.take(TRIAL, 'address');
    await limiter.peek(TRIAL, 'address');
    await limiter.peekAll([{ policy: TRIAL, key: 'address', cost: 1 }]);
    expect(reports).toEqual([]);
  });
});
