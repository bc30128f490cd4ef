import { describe, expect, it } from '@jest/globals';
import { limitStoreConformance } from '../conformance/limit-store.conformance.ts';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { LocalLimitStore } from './local-limit-store.ts';

limitStoreConformance('the local store', () => new LocalLimitStore());

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
