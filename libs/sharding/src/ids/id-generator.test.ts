import { describe, expect, it } from '@jest/globals';
import { toSlot } from '../slots/slot.ts';
import { IdGenerator, type IdWindow } from './id-generator.ts';
import { partsOfId } from './id-layout.ts';
import { IdsUnavailableError } from './ids-unavailable.error.ts';

const START = Date.UTC(2026, 0, 1);
const slot = toSlot(17);
const always = (worker = 0): IdWindow => ({ worker, fromMs: 0, untilMs: Infinity });

function generatorAt(clock: { ms: number }, window: () => IdWindow | undefined = always) {
  return new IdGenerator({ window, now: () => clock.ms });
}

describe('an id generator', () => {
  it('makes ascending ids while the clock jumps back and forth', () => {
    const clock = { ms: START };
    const generator = generatorAt(clock);
    let last = 0n;
    for (let n = 0; n < 30_000; n++) {
      if (n % 97 === 0) clock.ms += (n % 7) - 3;
      if (n % 10_007 === 0) clock.ms -= 60_000;
      const id = BigInt(generator.next(slot));
      if (id <= last) throw new Error(`${id} came after ${last}`);
      last = id;
    }
  });

  it('borrows the next millisecond for the 33rd id of a millisecond', () => {
    const generator = generatorAt({ ms: START });
    const parts = Array.from({ length: 33 }, () => partsOfId(generator.next(slot)));
    expect(parts[31]).toEqual({ atMs: START, slot, worker: 0, sequence: 31 });
    expect(parts[32]).toEqual({ atMs: START + 1, slot, worker: 0, sequence: 0 });
  });

  it('makes different ids for different slots in one millisecond', () => {
    const generator = generatorAt({ ms: START });
    const ids = Array.from({ length: 320 }, (_, n) => generator.next(toSlot(n % 10)));
    expect(new Set(ids).size).toBe(320);
  });

  it('makes later ids than an earlier owner of the slot whose clock was ahead', () => {
    const generator = generatorAt({ ms: START });
    expect(partsOfId(generator.next(slot, START + 5_000)).atMs).toBe(START + 5_001);
    expect(partsOfId(generator.next(slot)).atMs).toBe(START + 5_001);
  });

  it('advances only the slot whose earlier owner had a clock that was ahead', () => {
    const generator = generatorAt({ ms: START });
    generator.next(slot, START + 5_000);
    expect(partsOfId(generator.next(toSlot(18))).atMs).toBe(START);
  });

  it('reports the time that a window must reach beyond for an id', () => {
    const window = { worker: 0, fromMs: START, untilMs: START + 1_000 };
    const generator = generatorAt({ ms: START }, () => window);
    const refused = expect.objectContaining({ code: 'ids-unavailable', neededMs: START + 5_001 });
    expect(() => generator.next(slot, START + 5_000)).toThrow(refused);
  });

  it('refuses to make an id without a window or beyond the end of its window', () => {
    const clock = { ms: START };
    let window: IdWindow | undefined;
    const generator = generatorAt(clock, () => window);
    expect(() => generator.next(slot)).toThrow(IdsUnavailableError);
    window = { worker: 4, fromMs: START, untilMs: START + 1 };
    for (let n = 0; n < 32; n++) generator.next(slot);
    expect(() => generator.next(slot)).toThrow(expect.objectContaining({ retryable: true }));
    window = { ...window, untilMs: START + 2 };
    expect(partsOfId(generator.next(slot)).atMs).toBe(START + 1);
    clock.ms = START + 2;
    expect(() => generator.next(slot)).toThrow(IdsUnavailableError);
  });

  it('accepts a window that starts at a fraction of a millisecond', () => {
    const window = { worker: 0, fromMs: START + 0.3, untilMs: START + 1_000 };
    expect(partsOfId(generatorAt({ ms: START }, () => window).next(slot)).atMs).toBe(START + 1);
  });

  it('stays inside its window when the clock is wrong', () => {
    const window = { worker: 1, fromMs: START, untilMs: START + 1000 };
    expect(partsOfId(generatorAt({ ms: START - 3_600_000 }, () => window).next(slot)).atMs).toBe(START);
    expect(() => generatorAt({ ms: START + 3_600_000 }, () => window).next(slot)).toThrow(
      IdsUnavailableError,
    );
  });

  it('makes ascending ids across a change of its worker number', () => {
    let worker = 9;
    const generator = generatorAt({ ms: START }, () => always(worker));
    const before = generator.next(slot);
    worker = 2;
    expect(BigInt(generator.next(slot))).toBeGreaterThan(BigInt(before));
  });
});
