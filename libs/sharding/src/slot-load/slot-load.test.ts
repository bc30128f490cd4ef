import { describe, expect, it } from '@jest/globals';
import { toSlot } from '../slots/slot.ts';
import { SlotLoad } from './slot-load.ts';

const all = Array.from({ length: 4096 }, (_, n) => toSlot(n));

describe('the load of slots', () => {
  it('flags the slot that carries far more than the mean, with its rate', () => {
    const load = new SlotLoad();
    for (const slot of all) load.count(slot, 2);
    load.count(toSlot(7), 500);
    expect(load.tick(1_000)).toEqual([{ slot: 7, operationsPerSecond: 502 }]);
  });

  it('flags nothing when all are equally busy', () => {
    const load = new SlotLoad();
    for (const slot of all) load.count(slot, 1_000);
    expect(load.tick(1_000)).toEqual([]);
  });

  it('flags nothing for a few requests on an idle platform', () => {
    const load = new SlotLoad();
    load.count(toSlot(7), 19);
    expect(load.tick(1_000)).toEqual([]);
  });

  it('takes the length of an interval into account', () => {
    const load = new SlotLoad();
    load.count(toSlot(7), 100);
    expect(load.tick(10_000)).toEqual([]);
  });

  it('lists the hottest first', () => {
    const load = new SlotLoad();
    load.count(toSlot(7), 100);
    load.count(toSlot(9), 300);
    expect(load.tick(1_000).map(({ slot }) => slot)).toEqual([9, 7]);
  });

  it('lets a slot cool down within four intervals', () => {
    const load = new SlotLoad();
    load.count(toSlot(7), 1_000);
    const flagged = [1, 2, 3, 4, 5].map(() => load.tick(1_000).length);
    expect(flagged).toEqual([1, 1, 1, 1, 0]);
  });
});
