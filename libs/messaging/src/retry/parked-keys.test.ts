import { describe, expect, it } from '@jest/globals';
import { ParkedKeys } from './parked-keys.ts';

const event = (offset: bigint, lane = 'orders a') => ({ topic: 'orders', lane, offset });

describe('parked keys', () => {
  it('block the later events of a key, and no other key', () => {
    const parked = new ParkedKeys();
    parked.add(event(10n), 1);
    expect(parked.isEmpty).toBe(false);
    expect([9n, 10n, 11n].map((offset) => parked.isBlocked(event(offset)))).toEqual([false, false, true]);
    expect(parked.isBlocked(event(11n, 'orders b'))).toBe(false);
    parked.finish(event(10n));
    expect(parked.isBlocked(event(11n))).toBe(false);
    expect(parked.isEmpty).toBe(true);
  });

  it('keep the highest attempt count of an event, whichever copy comes last', () => {
    const parked = new ParkedKeys();
    expect(parked.attemptsOf(event(10n))).toBeUndefined();
    parked.add(event(10n), 2);
    parked.add(event(10n), 1);
    expect(parked.attemptsOf(event(10n))).toBe(2);
    parked.finish(event(10n));
    parked.finish(event(10n));
    expect(parked.attemptsOf(event(10n))).toBeUndefined();
  });

  it.each([10n, 13n])(
    'keep blocking the later events of a key when an event that is not outstanding finishes (offset %s)',
    (offset) => {
      const parked = new ParkedKeys();
      parked.add(event(12n), 1);
      parked.finish(event(offset));
      expect(parked.isBlocked(event(14n))).toBe(true);
      expect(parked.attemptsOf(event(12n))).toBe(1);
    },
  );

  it('wake the events of a key one by one, in the order of their offsets, in whatever order they arrived', async () => {
    const parked = new ParkedKeys();
    const offsets = [12n, 10n, 2n ** 60n, 11n];
    for (const offset of offsets) parked.add(event(offset), 0);
    const woken: bigint[] = [];
    const waits = offsets.map(async (offset) => {
      await parked.whenNext(event(offset));
      woken.push(offset);
      parked.finish(event(offset));
    });
    await Promise.all(waits);
    expect(woken).toEqual([10n, 11n, 12n, 2n ** 60n]);
  });

  it('make a woken event wait again when an earlier event arrives late', async () => {
    const parked = new ParkedKeys();
    parked.add(event(10n), 0);
    parked.add(event(12n), 0);
    const first = parked.whenNext(event(12n));
    parked.finish(event(10n));
    await first;
    parked.add(event(11n), 0);
    let isWoken = false;
    const again = parked.whenNext(event(12n)).then(() => (isWoken = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isWoken).toBe(false);
    parked.finish(event(11n));
    await again;
  });

  it('wait for the origin topic from the offset at which its reading starts, but not for what lies before', () => {
    const parked = new ParkedKeys();
    parked.beginAt('orders', 10n);
    parked.note(event(9n, 'orders before'), 1);
    parked.note(event(10n, 'orders at'), 1);
    expect(parked.isBlocked(event(9n, 'orders before'))).toBe(false);
    expect(parked.isBlocked(event(10n, 'orders at'))).toBe(true);
    parked.reach(event(10n, 'orders at'));
    expect(parked.isBlocked(event(10n, 'orders at'))).toBe(false);
  });

  it('neither claim nor give back an event that is not outstanding, and do not wait for it', async () => {
    const parked = new ParkedKeys();
    expect(parked.claim(event(10n), {})).toBe(false);
    parked.giveBack(event(10n));
    await parked.whenNext(event(10n));
    parked.add(event(10n), 1);
    await parked.whenNext(event(10n));
    expect(parked.attemptsOf(event(10n))).toBe(1);
  });

  it('remember what was finished last of ten thousand keys', () => {
    const parked = new ParkedKeys();
    const finish = (lane: string, offset: bigint) => {
      parked.add(event(offset, lane), 1);
      parked.finish(event(offset, lane));
    };
    for (let key = 0; key < 10_000; key += 1) finish(`orders ${key}`, 10n);
    finish('orders 0', 11n);
    const remembers = (key: number) => parked.hasFinished(event(10n, `orders ${key}`));
    expect([0, 1, 9_999].map(remembers)).toEqual([true, true, true]);
    finish('orders 10000', 10n);
    expect([0, 1, 2, 9_999, 10_000].map(remembers)).toEqual([true, false, true, true, true]);
  });

  it('release the memory of finished events', () => {
    const parked = new ParkedKeys();
    for (let offset = 0n; offset < 1_000n; offset += 1n) parked.add(event(offset), 0);
    for (let offset = 999n; offset >= 0n; offset -= 1n) parked.finish(event(offset));
    expect((parked as unknown as { lanes: Map<string, unknown> }).lanes.size).toBe(0);
  });
});
