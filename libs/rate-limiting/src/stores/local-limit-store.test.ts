import { eventually, randomOf } from '@groundwork/testing';
import { describe, expect, it } from '@jest/globals';
import { limitStoreConformance } from '../conformance/limit-store.conformance.ts';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { LocalLimitStore } from './local-limit-store.ts';

limitStoreConformance('the local store', () => new LocalLimitStore());

describe('a peek at the local store', () => {
  const policy = ratePolicy({ name: 'looked-at', capacity: 2, ratePerSecond: 1 });

  it('returns the decision that take would return, and takes nothing', () => {
    const store = new LocalLimitStore({ now: () => 0 });
    for (let times = 0; times < 10; times += 1) expect(store.peekNow(policy, 'a', 1).allowed).toBe(true);
    expect(store.peekNow(policy, 'a', 1).remaining).toBe(2);
    store.takeNow(policy, 'a', 2);
    expect(store.peekNow(policy, 'a', 1)).toEqual(store.takeNow(policy, 'a', 1));
    expect(store.peekNow(policy, 'a', 1)).toMatchObject({ allowed: false, retryAfterMs: 1_000 });
  });

  it('measures times from the current time', () => {
    const store = new LocalLimitStore({ now: () => 5_000_000 });
    expect(store.peekNow(policy, 'a', 1)).toMatchObject({ remaining: 2, resetMs: 0 });
    store.takeNow(policy, 'a', 2);
    expect(store.peekNow(policy, 'a', 1)).toMatchObject({ remaining: 0, resetMs: 2_000 });
  });

  it('cuts what is left of a larger policy of the same name, as a take does', () => {
    const store = new LocalLimitStore({ now: () => 0 });
    store.takeNow(ratePolicy({ ...policy, capacity: 10 }), 'a', 10);
    expect(store.peekNow(policy, 'a', 1)).toEqual(store.takeNow(policy, 'a', 1));
  });

  it('refuses a cost above the capacity', () => {
    expect(() => new LocalLimitStore().peekNow(policy, 'a', 3)).toThrow(
      expect.objectContaining({ code: 'cost-exceeds-capacity' }),
    );
  });
});

describe('a local store', () => {
  it('refills by the clock of the process', async () => {
    const store = new LocalLimitStore();
    const policy = ratePolicy({ name: 'refills', capacity: 1, ratePerSecond: 1_000 });
    store.takeNow(policy, 'a', 1);
    await eventually(() => store.takeNow(policy, 'a', 1).allowed);
  });

  it('holds no keys and admits nothing after it is closed', async () => {
    const store = new LocalLimitStore();
    const policy = ratePolicy({ name: 'closed', capacity: 1, ratePerSecond: 1 });
    store.takeNow(policy, 'a', 1);
    await store.close();
    expect(store.size).toBe(0);
    expect(() => store.takeNow(policy, 'a', 1)).toThrow(
      expect.objectContaining({ retryable: true, infrastructure: true }),
    );
  });
});

describe('the memory of the local store', () => {
  const policy = ratePolicy({ name: 'memory', capacity: 1, ratePerSecond: 1_000 });

  it('shrinks by dropping keys whose bucket is full again', async () => {
    let now = 0;
    const store = new LocalLimitStore({ now: () => now });
    for (let key = 0; key < 50_000; key += 1) {
      now += 1_000;
      store.takeNow(policy, `key-${key}`, 1);
    }
    expect(store.size).toBeLessThanOrEqual(1_024);
  });

  it('drops a key from the exact moment at which its bucket is full again', async () => {
    let now = 0;
    const store = new LocalLimitStore({ now: () => now });
    for (let key = 1; key <= 1_024; key += 1) {
      expect(store.size).toBe(key - 1);
      now += 1_000;
      store.takeNow(policy, `key-${key}`, 1);
    }
    expect(store.size).toBe(1);
  });

  it('sweeps only when the number of keys has doubled since the last sweep', async () => {
    let now = 0;
    const store = new LocalLimitStore({ now: () => now });
    for (let key = 1; key <= 3_000; key += 1) store.takeNow(policy, `key-${key}`, 1);
    now += 1_000_000;
    for (let key = 3_001; key < 4_096; key += 1) store.takeNow(policy, `key-${key}`, 1);
    expect(store.size).toBe(4_095);
    store.takeNow(policy, 'key-4096', 1);
    expect(store.size).toBe(1_096);
  });

  it('keeps keys that are in use while it drops others', async () => {
    let now = 0;
    const store = new LocalLimitStore({ now: () => now });
    const slow = ratePolicy({ name: 'slow', capacity: 1, ratePerSecond: 0.01 });
    store.takeNow(slow, 'in-use', 1);
    for (let key = 0; key < 5_000; key += 1) {
      now += 1_000;
      store.takeNow(policy, `key-${key}`, 1);
    }
    expect(store.takeNow(slow, 'in-use', 1).allowed).toBe(false);
  });

  it('keeps keys in use up to maxKeys, and then only the newest half', async () => {
    const store = new LocalLimitStore({ now: () => 0, maxKeys: 5_000 });
    for (let key = 1; key < 5_000; key += 1) store.takeNow(policy, `key-${key}`, 1);
    expect(store.size).toBe(4_999);
    store.takeNow(policy, 'key-5000', 1);
    expect(store.size).toBe(2_500);
    expect(store.takeNow(policy, 'key-5000', 1).allowed).toBe(false);
    expect(store.takeNow(policy, 'key-1', 1).allowed).toBe(true);
  });

  it('keeps a key that has used up its limit while a flood of other keys displaces each other', async () => {
    let now = 0;
    const store = new LocalLimitStore({ now: () => now, maxKeys: 2_000 });
    const slow = ratePolicy({ name: 'slow', capacity: 10, ratePerSecond: 0.01 });
    store.takeNow(slow, 'greedy', 10);
    for (let key = 0; key < 50_000; key += 1) {
      now += 10;
      store.takeNow(slow, `key-${key}`, 1);
    }
    expect(store.size).toBeLessThanOrEqual(2_000);
    expect(store.takeNow(slow, 'greedy', 1).allowed).toBe(false);
  });

  it('sweeps rarely even when one key becomes free for each new one', async () => {
    let now = 0;
    const store = new LocalLimitStore({ now: () => now, maxKeys: 1_000 });
    const slow = ratePolicy({ name: 'slow', capacity: 1, ratePerSecond: 1 });
    let sweeps = 0;
    let size = 0;
    for (let key = 0; key < 5_000; key += 1) {
      // At any time, the last thousand keys are in use.
      now += 1_001;
      store.takeNow(slow, `key-${key}`, 1);
      if (store.size <= size) sweeps += 1;
      size = store.size;
    }
    expect(sweeps).toBeLessThan(20);
  });

  it('forgets about half of the keys, whatever they have used', async () => {
    const random = randomOf(1);
    const store = new LocalLimitStore({ now: () => 0, maxKeys: 10_000 });
    const wide = ratePolicy({ name: 'wide', capacity: 1_000, ratePerSecond: 0.1 });
    for (let key = 1; key < 10_000; key += 1)
      store.takeNow(wide, `key-${key}`, 1 + Math.floor(random() * 999));
    store.takeNow(wide, 'last', 1);
    expect(store.size).toBeGreaterThanOrEqual(5_000);
    expect(store.size).toBeLessThan(6_000);
  });

  it.each([10, 2_000])('holds at most %i keys even while every key is in use', async (maxKeys) => {
    const store = new LocalLimitStore({ now: () => 0, maxKeys });
    let most = 0;
    for (let key = 0; key < 5_000; key += 1) {
      store.takeNow(policy, `key-${key}`, 1);
      most = Math.max(most, store.size);
    }
    expect(most).toBeLessThanOrEqual(maxKeys);
  });

  it('loses no charge of a request whose first charge makes it sweep', () => {
    let now = 0;
    const store = new LocalLimitStore({ now: () => now });
    for (let key = 1; key < 1_024; key += 1) store.takeNow(policy, `key-${key}`, 1);
    now += 1_000;
    const charges = ['new', 'key-1'].map((key) => ({ policy, key, cost: 1 }));
    expect(store.takeAllNow(charges).map(({ allowed }) => allowed)).toEqual([true, true]);
    expect(store.takeAllNow(charges).map(({ allowed }) => allowed)).toEqual([false, false]);
  });
});
