import { describe, expect, it } from '@jest/globals';
import { toSlot } from '../slots/slot.ts';
import { composeId, ID_EPOCH_MS, partsOfId, slotOf } from './id-layout.ts';

describe('the layout of an id', () => {
  // Golden: stored ids depend on this layout permanently.
  it.each([
    [{ atMs: ID_EPOCH_MS, slot: toSlot(0), worker: 0, sequence: 1 }, '1'],
    [{ atMs: ID_EPOCH_MS, slot: toSlot(1), worker: 0, sequence: 0 }, '1024'],
    [{ atMs: ID_EPOCH_MS + 1, slot: toSlot(0), worker: 0, sequence: 0 }, '4194304'],
    [{ atMs: Date.UTC(2026, 10, 22, 16), slot: toSlot(2048), worker: 3, sequence: 7 }, '250289219176497255'],
    [
      { atMs: ID_EPOCH_MS + 2 ** 41 - 1, slot: toSlot(4095), worker: 31, sequence: 31 },
      '9223372036854775807',
    ],
  ])('encodes %j as %s and decodes it', (parts, id) => {
    expect(composeId(parts)).toBe(id);
    expect(partsOfId(id)).toEqual(parts);
    expect(slotOf(id)).toBe(parts.slot);
  });

  it.each([ID_EPOCH_MS - 1, ID_EPOCH_MS + 2 ** 41])('cannot hold the time %d', (atMs) => {
    expect(() => composeId({ atMs, slot: toSlot(0), worker: 0, sequence: 0 })).toThrow(RangeError);
  });
});
