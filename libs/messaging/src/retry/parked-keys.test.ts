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

  it('release the memory of finished events', () => {
    const parked = new ParkedKeys();
    for (let offset = 0n; offset < 1_000n; offset += 1n) parked.add(event(offset), 0);
    for (let offset = 999n; offset >= 0n; offset -= 1n) parked.finish(event(offset));
    expect((parked as unknown as { lanes: Map<string, unknown> }).lanes.size).toBe(0);
  });
});
