import { describe, expect, it } from '@jest/globals';
import { InvalidSlotMapError } from './invalid-slot-map.error.ts';
import { SlotMap } from './slot-map.ts';
import { SLOT_COUNT, toSlot } from './slot.ts';

describe('a slot map', () => {
  it('assigns every slot to its shard for ranges in any order', () => {
    const map = SlotMap.parse(' 2048-4094=shard-2, 0-2047=shard-1,4095=shard-1');
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const expected = slot >= 2048 && slot <= 4094 ? 'shard-2' : 'shard-1';
      expect(map.shardOf(toSlot(slot))).toBe(expected);
    }
    expect(map.shards).toEqual(['shard-1', 'shard-2']);
  });

  it('with a change returns a new map that keeps all other slots', () => {
    const first = SlotMap.parse('0-2047=shard-1,2048-4095=shard-2');
    const moved = { slot: 7, shard: 'shard-3', epoch: 2, idsAfterMs: 9 };
    const ownershipEpochs = new Map([
      ['shard-1', 2],
      ['shard-3', 2],
    ]);
    const second = first.with({ epoch: 2, assignments: [moved], ownershipEpochs });
    expect(second.assignmentOf(toSlot(7))).toEqual(moved);
    expect(second.assignmentOf(toSlot(8))).toEqual(first.assignmentOf(toSlot(8)));
    expect(second.slotsOf('shard-3')).toEqual([7]);
    expect(second.slotsOf('shard-1')).toHaveLength(2047);
    expect(['shard-1', 'shard-2', 'shard-3', 'x'].map((shard) => second.ownershipEpochOf(shard))).toEqual([
      2, 1, 2, 0,
    ]);
    expect([first.epoch, first.shardOf(toSlot(7)), first.ownershipEpochOf('shard-3')]).toEqual([
      1,
      'shard-1',
      0,
    ]);
  });

  it.each([
    ['0-2047=a,2049-4095=b', 'slot 2048 has no shard'],
    ['1-4095=a', 'slot 0 has no shard'],
    ['0-1000=a,2000-4095=b', 'slots 1001-1999 have no shard'],
    ['0-4094=a', 'slot 4095 has no shard'],
    ['0=a', 'slots 1-4095 have no shard'],
    ['0-4095=a!', '"0-4095=a!" is not a range of slots: expected e.g. 0-2047=shard-1'],
    ['x0-4095=a', '"x0-4095=a" is not a range of slots: expected e.g. 0-2047=shard-1'],
    ['0-2048=a,2048-4095=b', '"0-2048=a" and "2048-4095=b" both hold slot 2048'],
    ['0-4095=a,17=b', '"0-4095=a" and "17=b" both hold slot 17'],
    ['0-4095=c', '"0-4095=c" names an unknown shard: expected one of a, b'],
    ['0-4096=a', '"0-4096=a" goes beyond the last slot, 4095'],
    ['4095-0=a', '"4095-0=a" ends before it begins'],
    ['0-4095', '"0-4095" is not a range of slots: expected e.g. 0-2047=shard-1'],
    ['0-4095=a,', '"" is not a range of slots: expected e.g. 0-2047=shard-1'],
    ['', '"" is not a range of slots: expected e.g. 0-2047=shard-1'],
    ['0-1e3=a', '"0-1e3=a" is not a range of slots: expected e.g. 0-2047=shard-1'],
  ])('refuses %j: %s', (text, message) => {
    expect(() => SlotMap.parse(text, ['a', 'b'])).toThrow(new InvalidSlotMapError(message));
  });

  it.each([
    ['a slot twice', { 7: 8 }, 'a and a both hold slot 8'],
    ['a slot that does not exist', { 4095: 4096 }, 'slot 4096 does not exist: expected 0 to 4095'],
    ['half a slot', { 7: 7.5 }, 'slot 7.5 does not exist: expected 0 to 4095'],
  ])('refuses assignments with %s', (_what, replaced: Record<number, number>, message) => {
    const assignments = Array.from({ length: SLOT_COUNT }, (_, slot) => ({
      ...{ slot: replaced[slot] ?? slot, shard: 'a', epoch: 1, idsAfterMs: 0 },
    }));
    const ownershipEpochs = new Map([['a', 1]]);
    expect(() => SlotMap.of({ epoch: 1, assignments, ownershipEpochs })).toThrow(
      new InvalidSlotMapError(message),
    );
  });

  it.each([
    [0, 'slot 1 has no shard'],
    [1, 'slot 0 has no shard'],
  ])('refuses assignments that hold only slot %d: %s', (slot, message) => {
    const assignments = [{ slot, shard: 'a', epoch: 1, idsAfterMs: 0 }];
    expect(() => SlotMap.of({ epoch: 1, assignments, ownershipEpochs: new Map() })).toThrow(
      new InvalidSlotMapError(message),
    );
  });

  it('refuses a change of a slot that does not exist', () => {
    const assignments = [{ slot: SLOT_COUNT, shard: 'a', epoch: 2, idsAfterMs: 0 }];
    const change = { epoch: 2, assignments, ownershipEpochs: new Map() };
    expect(() => SlotMap.parse('0-4095=a').with(change)).toThrow(
      new InvalidSlotMapError('slot 4096 does not exist: expected 0 to 4095'),
    );
  });
});
