import { describe, expect, it } from '@jest/globals';
import { composeId } from '../ids/id-layout.ts';
import { ShardRouter } from './shard-router.ts';
import { randomSlot, slotOfKey, toSlot } from './slot.ts';
import { SlotMap } from './slot-map.ts';

const map = SlotMap.parse('0-2047=shard-1,2048-4095=shard-2');
const shards = new Map([
  ['shard-1', 'first'],
  ['shard-2', 'second'],
]);

describe('a shard router', () => {
  it('finds the shard of any id by the id alone', () => {
    const router = new ShardRouter(map, shards);
    const idIn = (slot: number) =>
      composeId({ atMs: Date.UTC(2026, 0, 1), slot: toSlot(slot), worker: 3, sequence: 7 });
    expect(router.ofId(idIn(0))).toBe('first');
    expect(router.ofId(idIn(2047))).toBe('first');
    expect(router.ofId(idIn(2048))).toBe('second');
    expect(router.ofId('9223372036854775807')).toBe('second');
    expect(router.all).toEqual(['first', 'second']);
  });

  it('tells the shards that hold slots from those that wait for some', () => {
    const router = new ShardRouter(map, new Map([...shards, ['shard-3', 'new']]));
    expect(router.serving).toEqual(['first', 'second']);
    expect(router.all).toEqual(['first', 'second', 'new']);
  });

  it('refuses a map with a shard it was not given', () => {
    expect(() => new ShardRouter(map, new Map([['shard-1', 'first']]))).toThrow('not given: shard-2');
  });
});

describe('a slot', () => {
  it.each([-1, 4096, 1.5, NaN])('is not %d', (value) => {
    expect(() => toSlot(value)).toThrow(RangeError);
  });

  it('is drawn evenly', () => {
    const halves = [0, 0];
    for (let n = 0; n < 40_000; n++) halves[randomSlot() < 2048 ? 0 : 1]! += 1;
    // Six standard deviations.
    expect(Math.abs(halves[0]! - 20_000)).toBeLessThan(600);
  });

  // Pinned: what is found by a key stays where it is.
  it.each([
    ['test', 0xba6],
    ['Hello, world!', 0xc03],
  ])('of the key %j is %d', (key, slot) => {
    expect(slotOfKey(key)).toBe(slot);
  });
});
