import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomOf } from '@groundwork/testing';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { DenialMemory } from './denial-memory.ts';
import { LocalLimitStore } from './local-limit-store.ts';

describe('a remembered denial', () => {
  /** One unit each 100 ms. */
  const policy = ratePolicy({ name: 'remembered', capacity: 4, ratePerSecond: 10 });
  /** Not 0: times are differences. */
  const START_MS = 1_000_000;
  let nowMs: number;
  let store: LocalLimitStore;
  let memory: DenialMemory;

  beforeEach(() => {
    nowMs = START_MS;
    store = new LocalLimitStore({ now: () => nowMs * 1_000 });
    memory = new DenialMemory({ now: () => nowMs, maxKeys: 4 });
  });

  /** Uses up the limit of a key, and remembers that two units are denied, for 200 ms. */
  const deny = (key = 'key') => {
    store.takeNow(policy, key, 4);
    memory.remember(policy, key, 2, store.takeNow(policy, key, 2));
  };

  it('is known until the time at which its cost is admitted', () => {
    deny();
    nowMs += 199.9;
    expect(memory.recall(policy, 'key', 2)).toMatchObject({ allowed: false, retryAfterMs: 1 });
    nowMs += 0.1;
    expect(memory.recall(policy, 'key', 2)).toBeUndefined();
    expect([store.takeNow(policy, 'key', 2).allowed, memory.size]).toEqual([true, 0]);
  });

  it('is what the store would answer, at any moment and for any larger cost', () => {
    const random = randomOf(7);
    deny();
    for (let times = 0; times < 200; times += 1) {
      nowMs = START_MS + random() * 199;
      const cost = 2 + Math.floor(random() * 3);
      expect(memory.recall(policy, 'key', cost)).toEqual(store.peekNow(policy, 'key', cost));
    }
  });

  it('is known by the clock of the process, unless another one is given', () => {
    const own = new DenialMemory();
    own.remember(policy, 'key', 2, {
      ...store.peekNow(policy, 'key', 2),
      allowed: false,
      retryAfterMs: 60_000,
    });
    const { retryAfterMs = 0 } = own.recall(policy, 'key', 2) ?? {};
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('counts how often denials were forgotten', () => {
    memory.forget(policy, 'key');
    memory.forget(policy, 'other');
    expect(memory.forgets).toBe(2);
  });

  it('says nothing about a smaller cost, another key, another policy, or the policy with other numbers', () => {
    deny();
    const other = ratePolicy({ name: 'other', capacity: 4, ratePerSecond: 10 });
    expect(memory.recall(policy, 'key', 1)).toBeUndefined();
    expect(memory.recall(policy, 'other', 2)).toBeUndefined();
    expect(memory.recall(other, 'key', 2)).toBeUndefined();
    expect(memory.recall(ratePolicy({ ...policy, capacity: 100 }), 'key', 2)).toBeUndefined();
    memory.forget(policy, 'key');
    expect(memory.recall(policy, 'key', 2)).toBeUndefined();
  });

  it('makes room for others: first the denials whose time is over go, and all if these are too few', () => {
    for (const key of ['a', 'b', 'c', 'd']) deny(key);
    memory.remember(policy, 'd', 2, store.peekNow(policy, 'd', 2));
    expect(memory.size).toBe(4);
    deny('e');
    expect(memory.size).toBe(1);
    nowMs = START_MS + 100;
    for (const key of ['f', 'g', 'h']) deny(key);
    expect(memory.size).toBe(4);
    nowMs = START_MS + 200;
    deny('i');
    expect(memory.size).toBe(1);
    nowMs = START_MS + 300;
    deny('j');
    nowMs = START_MS + 350;
    for (const key of ['k', 'l']) deny(key);
    nowMs = START_MS + 500;
    deny('m');
    expect(memory.size).toBe(3);
  });
});
