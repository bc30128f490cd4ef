import { describe, expect, it } from '@jest/globals';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { DenialMemory } from './denial-memory.ts';
import { LocalLimitStore } from './local-limit-store.ts';

const policy = ratePolicy({ name: 'second', capacity: 10, ratePerSecond: 1 });
const other = ratePolicy({ name: 'day', capacity: 2, ratePerSecond: 0.01 });

describe('the bounds of memories', () => {
  it.each([0, -1, 1.5, NaN, Infinity])('are whole numbers of at least 1: %d is refused', (maxKeys) => {
    const fault = `maxKeys: expected a whole number of at least 1, got ${maxKeys}`;
    expect(() => new LocalLimitStore({ maxKeys })).toThrow(new RangeError(fault));
    expect(() => new DenialMemory({ maxKeys })).toThrow(new RangeError(fault));
  });

  it('may be 1', () => {
    for (const memory of [new LocalLimitStore({ maxKeys: 1 }), new DenialMemory({ maxKeys: 1 })])
      expect(memory.size).toBe(0);
  });
});

describe('the keys of the local store', () => {
  const open = (maxKeys = 10) => new LocalLimitStore({ now: () => 0, maxKeys });

  it('count once, however often they take, and go with a reset', async () => {
    const store = open();
    for (let times = 0; times < 3; times += 1) {
      store.takeNow(policy, 'a', 1);
      store.takeAllNow([
        { policy, key: 'b', cost: 1 },
        { policy: other, key: 'b', cost: 1 },
      ]);
    }
    expect(store.size).toBe(3);
    await store.reset(policy, 'a');
    await store.reset(policy, 'a');
    await store.reset(policy, 'unknown');
    expect(store.size).toBe(2);
  });

  it('are not stored if they have taken nothing: another policy has denied the request', () => {
    const store = open();
    store.takeNow(other, 'a', 2);
    const decisions = store.takeAllNow([
      { policy, key: 'a', cost: 1 },
      { policy: other, key: 'a', cost: 1 },
    ]);
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, false]);
    expect(store.size).toBe(1);
  });

  it('are bounded also when requests have several charges', () => {
    const store = open(100);
    for (let index = 0; index < 1_000; index += 1)
      store.takeAllNow([policy, other].map((each) => ({ policy: each, key: `key-${index}`, cost: 1 })));
    expect(store.size).toBeLessThanOrEqual(101);
  });

  it('stay if a tenth of the room is free after those with a full bucket have gone', () => {
    let now = 0;
    const store = new LocalLimitStore({ now: () => now, maxKeys: 10 });
    store.takeNow(policy, 'full-again', 1);
    now = 1_000_000;
    for (let index = 0; index < 9; index += 1) store.takeNow(policy, `key-${index}`, 5);
    expect(store.size).toBe(9);
  });

  it('that have used up their limit stay during a flood, in a small memory too', () => {
    const store = open(20);
    store.takeNow(policy, 'used-up', 10);
    for (let index = 0; index < 500; index += 1) store.takeNow(policy, `flood-${index}`, 1);
    expect(store.takeNow(policy, 'used-up', 1).allowed).toBe(false);
  });

  it.each(['first', 'last', 'alternate'])(
    'that have used up their limit stay if they are half of all: %s',
    (where) => {
      const store = open(20);
      const isGreedy = (index: number) =>
        where === 'alternate' ? index % 2 === 0 : (where === 'first') === index < 10;
      for (let index = 0; index < 20; index += 1)
        store.takeNow(policy, `key-${index}`, isGreedy(index) ? 10 : 1);
      for (let index = 0; index < 20; index += 1)
        if (isGreedy(index)) expect(store.takeNow(policy, `key-${index}`, 1).allowed).toBe(false);
    },
  );

  it('are limited even if there is room for one only', () => {
    const store = open(1);
    store.takeNow(policy, 'a', 10);
    expect(store.takeNow(policy, 'a', 1).allowed).toBe(false);
  });

  it.each(['', 'x'.repeat(1_025), undefined as unknown as string])(
    'are refused when invalid',
    async (key) => {
      const store = open();
      const got = key === undefined ? 'undefined' : `${key.length} characters`;
      const fault = `key: expected text of 1 to 1024 characters, got ${got}`;
      expect(() => store.takeNow(policy, key, 1)).toThrow(new RangeError(fault));
      expect(() => store.peekNow(policy, key, 1)).toThrow(new RangeError(fault));
      await expect(store.reset(policy, key)).rejects.toThrow(new RangeError(fault));
    },
  );

  it('may have 1,024 characters', () => {
    expect(open().takeNow(policy, 'x'.repeat(1_024), 1).allowed).toBe(true);
  });

  it('that are not known are refunded without an effect', async () => {
    const store = open();
    await store.refund([{ policy, key: 'unknown', cost: 1 }]);
    expect(store.takeNow(policy, 'unknown', 10)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('take nothing together once the store is closed', async () => {
    const store = open();
    await store.close();
    const charges = [policy, other].map((each) => ({ policy: each, key: 'a', cost: 1 }));
    expect(() => store.takeAllNow(charges)).toThrow('the local store is closed');
  });
});
