import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomOf } from '@groundwork/testing';
import { limitStoreConformance } from '../conformance/limit-store.conformance.ts';
import { ratePolicy } from '../gcra/rate-policy.ts';
import { DenialMemory } from './denial-memory.ts';
import { LocalLimitStore } from './local-limit-store.ts';

limitStoreConformance('a store behind a memory of denials', () => new DenialMemory(new LocalLimitStore()));

/** Counts what reaches the store. */
class CountingStore extends LocalLimitStore {
  asked = 0;
  override takeNow(...args: Parameters<LocalLimitStore['takeNow']>) {
    this.asked += 1;
    return super.takeNow(...args);
  }
  override peekNow(...args: Parameters<LocalLimitStore['peekNow']>) {
    this.asked += 1;
    return super.peekNow(...args);
  }
}

describe('a remembered denial', () => {
  /** One unit each 100 ms. */
  const policy = ratePolicy({ name: 'remembered', capacity: 4, ratePerSecond: 10 });
  let nowMs: number;
  let store: CountingStore;
  let memory: DenialMemory;

  beforeEach(() => {
    nowMs = 0;
    store = new CountingStore({ now: () => nowMs * 1_000 });
    memory = new DenialMemory(store, { now: () => nowMs });
  });

  /** Uses up the limit of a key, and has it denied two units until 200 ms. */
  const deny = async (key = 'key') => {
    await memory.take(policy, key, 4);
    expect((await memory.take(policy, key, 2)).allowed).toBe(false);
    store.asked = 0;
  };

  it('costs no call of the store until its time, and one then', async () => {
    await deny();
    for (nowMs = 0; nowMs < 200; nowMs += 1)
      expect((await memory.take(policy, 'key', 2)).allowed).toBe(false);
    expect([store.asked, memory.size]).toEqual([0, 1]);
    expect(await memory.take(policy, 'key', 2)).toMatchObject({ allowed: true });
    expect([store.asked, memory.size]).toEqual([1, 0]);
  });

  it('answers as the store would, at any moment and for any larger cost', async () => {
    const random = randomOf(7);
    await deny();
    for (let times = 0; times < 200; times += 1) {
      nowMs = random() * 199;
      const cost = 2 + Math.floor(random() * 3);
      expect(await memory.peek(policy, 'key', cost)).toEqual(store.peekNow(policy, 'key', cost));
    }
  });

  it('does not answer for a smaller cost, which may be admitted earlier', async () => {
    await deny();
    nowMs = 100;
    expect((await memory.take(policy, 'key', 1)).allowed).toBe(true);
    expect(store.asked).toBe(1);
  });

  it('does not answer for another key, another policy, or the same policy with other numbers', async () => {
    await deny();
    expect((await memory.take(policy, 'other', 2)).allowed).toBe(true);
    const other = ratePolicy({ name: 'other', capacity: 4, ratePerSecond: 10 });
    expect((await memory.take(other, 'key', 2)).allowed).toBe(true);
    const larger = ratePolicy({ ...policy, capacity: 100 });
    expect((await memory.take(larger, 'key', 2)).allowed).toBe(true);
    expect(store.asked).toBe(3);
  });

  it('is made by a peek, too, and ends with a refund or a reset', async () => {
    await memory.take(policy, 'key', 4);
    await memory.peek(policy, 'key', 1);
    store.asked = 0;
    expect((await memory.take(policy, 'key', 1)).allowed).toBe(false);
    expect(store.asked).toBe(0);
    await memory.refund(policy, 'key', 1);
    expect((await memory.take(policy, 'key', 1)).allowed).toBe(true);
    expect((await memory.take(policy, 'key', 1)).allowed).toBe(false);
    await memory.reset(policy, 'key');
    expect((await memory.take(policy, 'key', 4)).allowed).toBe(true);
  });

  it('refuses costs that the policy can never admit', async () => {
    await deny();
    await expect(memory.take(policy, 'key', 5)).rejects.toMatchObject({ code: 'cost-exceeds-capacity' });
  });

  it('is forgotten when there are too many: first those whose time is over, otherwise all', async () => {
    memory = new DenialMemory(store, { now: () => nowMs, maxKeys: 3 });
    for (const key of ['a', 'b', 'c']) await deny(key);
    expect(memory.size).toBe(3);
    await deny('d');
    expect(memory.size).toBe(1);
    nowMs = 100;
    for (const key of ['e', 'f']) await deny(key);
    nowMs = 200;
    await deny('g');
    expect(memory.size).toBe(3);
  });
});
