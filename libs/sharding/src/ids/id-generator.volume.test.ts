import { expect, it } from '@jest/globals';
import { toSlot } from '../slots/slot.ts';
import { IdGenerator } from './id-generator.ts';

it('an id generator makes ten million ascending ids while the clock jumps back and forth', () => {
  let nowMs = Date.UTC(2026, 0, 1);
  const window = { worker: 0, fromMs: 0, untilMs: Infinity };
  const generator = new IdGenerator({ window: () => window, now: () => nowMs });
  const slot = toSlot(17);
  let last = generator.next(slot);
  for (let n = 1; n < 10_000_000; n++) {
    if (n % 97 === 0) nowMs += (n % 7) - 3;
    if (n % 10_007 === 0) nowMs -= 60_000;
    const id = generator.next(slot);
    // Decimal numbers of the same length are in the order of their texts.
    if (id.length < last.length || (id.length === last.length && id <= last))
      throw new Error(`${id} came after ${last}`);
    last = id;
  }
  expect(BigInt(last)).toBeGreaterThan(0n);
});
