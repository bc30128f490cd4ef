import { describe, expect, it } from '@jest/globals';
import { limitStoreConformance } from '../conformance/limit-store.conformance.ts';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { LocalLimitStore } from './local-limit-store.ts';

limitStoreConformance('the local store', () => new LocalLimitStore());

describe('a look at a key', () => {
  const policy = ratePolicy({ name: 'looked-at', capacity: 2, ratePerSecond: 1 });

  it('tells what taking would be answered with, and takes nothing', () => {
    const store = new LocalLimitStore({ now: () => 0 });
    for (let times = 0; times < 10; times += 1) expect(store.look(policy, 'a', 1).allowed).toBe(true);
    expect(store.look(policy, 'a', 1).remaining).toBe(2);
    store.takeNow(policy, 'a', 2);
    expect(store.look(policy, 'a', 1)).toEqual(store.takeNow(policy, 'a', 1));
    expect(store.look(policy, 'a', 1)).toMatchObject({ allowed: false, retryAfterMs: 1_000 });
  });
});

describe('the memory of the local store', () => {
  const policy = ratePolicy({ name: 'memory', capacity: 1, ratePerSecond: 1_000 });

  it('shrinks: keys that are full again are dropped', async () => {
    let now = 0;
    const store = new LocalLimitStore({ now: () => now });
    for (let key = 0; key < 50_000; key += 1) {
      now += 1_000;
      await store.take(policy, `key-${key}`, 1);
    }
    expect(store.size).toBeLessThanOrEqual(1_024);
  });

  it('is bounded even while every key is in use', async () => {
    const store = new LocalLimitStore({ now: () => 0, maxKeys: 2_000 });
    for (let key = 0; key < 50_000; key += 1) await store.take(policy, `key-${key}`, 1);
    expect(store.size).toBeLessThanOrEqual(2_000);
  });
});
