import { describe, expect, it } from '@jest/globals';
import { toSlot } from '../slots/slot.ts';
import { hotFrom } from './hot-slot.ts';
import { SlotLoad } from './slot-load.ts';

const all = Array.from({ length: 4096 }, (_, n) => toSlot(n));

describe('the load of slots', () => {
  it('reports a slot far above the mean with its rate, and the rate of all slots', () => {
    const load = new SlotLoad();
    for (const slot of all) load.count(slot, 2);
    load.count(toSlot(7), 500);
    expect(load.tick(1_000)).toEqual({
      operationsPerSecond: 4096 * 2 + 500,
      busiest: [{ slot: 7, operationsPerSecond: 502 }],
    });
  });

  it('reports no slot when all are equally busy', () => {
    const load = new SlotLoad();
    for (const slot of all) load.count(slot, 1_000);
    expect(load.tick(1_000).busiest).toEqual([]);
  });

  it('reports a slot that may be hot together with the load on other instances', () => {
    const load = new SlotLoad();
    load.count(toSlot(7), 3);
    load.count(toSlot(8), 2);
    expect(load.tick(1_000).busiest).toEqual([{ slot: 7, operationsPerSecond: 3 }]);
  });

  it('reports a slot from an eighth of the rate of a hot one', () => {
    const load = new SlotLoad();
    load.count(toSlot(7), 5);
    load.count(toSlot(8), 4);
    expect(load.tick(2_000).busiest).toEqual([{ slot: 7, operationsPerSecond: 2.5 }]);
  });

  it('is unknown after an interval without a duration', () => {
    const load = new SlotLoad();
    load.count(toSlot(7), 1_000);
    expect(load.tick(0)).toEqual({ operationsPerSecond: 0, busiest: [] });
  });

  it('is divided by the length of the interval', () => {
    const load = new SlotLoad();
    load.count(toSlot(7), 20);
    expect(load.tick(10_000)).toEqual({ operationsPerSecond: 2, busiest: [] });
  });

  it('lists at most 64 slots, the busiest first', () => {
    const load = new SlotLoad();
    for (const slot of all.slice(0, 100)) load.count(slot, 30 + slot);
    const { busiest } = load.tick(1_000);
    expect(busiest.slice(0, 2).map(({ slot }) => slot)).toEqual([99, 98]);
    expect(busiest).toHaveLength(64);
  });

  it('lets a slot cool down within four intervals', () => {
    const load = new SlotLoad();
    load.count(toSlot(7), 1_000);
    const told = [1, 2, 3, 4, 5].map(() => load.tick(1_000).busiest.length);
    expect(told).toEqual([1, 1, 1, 1, 0]);
  });
});

describe('a slot', () => {
  it('is hot from 20 times the mean of all, and not below 20 operations a second', () => {
    expect([0, 4096, 40_960].map(hotFrom)).toEqual([20, 20, 200]);
  });
});
