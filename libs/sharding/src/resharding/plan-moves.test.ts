import { describe, expect, it } from '@jest/globals';
import { formatSlots } from '../slots/format-slots.ts';
import { SlotMap } from '../slots/slot-map.ts';
import { planMoves } from './plan-moves.ts';

const two = SlotMap.parse('0-2047=shard-1,2048-4095=shard-2');

function after(map: SlotMap, plan: ReturnType<typeof planMoves>): Map<string, number> {
  const owner = new Map(map.assignments.map(({ slot, shard }) => [slot, shard]));
  for (const { from, to, slots } of plan.moves) {
    for (const slot of slots) {
      expect(owner.get(slot)).toBe(from);
      owner.set(slot, to);
    }
  }
  const counts = new Map<string, number>();
  for (const shard of owner.values()) counts.set(shard, (counts.get(shard) ?? 0) + 1);
  return counts;
}

describe('a plan', () => {
  it('takes exactly the slots that a new shard needs, from each shard', () => {
    const plan = planMoves(two, ['shard-1', 'shard-2', 'shard-3']);
    expect(plan.epoch).toBe(two.epoch);
    expect(plan.moves.map((move) => ({ ...move, slots: formatSlots(move.slots) }))).toEqual([
      { from: 'shard-1', to: 'shard-3', slots: '1366-2047' },
      { from: 'shard-2', to: 'shard-3', slots: '3413-4095' },
    ]);
    expect([...after(two, plan).values()].sort()).toEqual([1365, 1365, 1366]);
  });

  it('names the destination of every slot when several shards are new', () => {
    const { moves } = planMoves(two, ['shard-1', 'shard-2', 'shard-3', 'shard-4']);
    expect(moves.map((move) => ({ ...move, slots: formatSlots(move.slots) }))).toEqual([
      { from: 'shard-1', to: 'shard-3', slots: '1024-2047' },
      { from: 'shard-2', to: 'shard-4', slots: '3072-4095' },
    ]);
    const mixed = planMoves(two, ['shard-3', 'shard-4', 'shard-5']).moves;
    expect(mixed.map(({ from, to }) => `${from} to ${to}`)).toEqual([
      'shard-1 to shard-3',
      'shard-1 to shard-4',
      'shard-2 to shard-4',
      'shard-2 to shard-5',
    ]);
  });

  it.each([
    [['shard-1', 'shard-2'], 0],
    [['shard-2', 'shard-1', 'shard-3', 'shard-4'], 2048],
    [['shard-1'], 2048],
    [['shard-3'], 4096],
    [['shard-3', 'shard-4'], 4096],
  ])('shares the slots evenly among %j with the minimum of %d moves', (shards, moved) => {
    const plan = planMoves(two, shards);
    expect(plan.moves.flatMap(({ slots }) => slots)).toHaveLength(moved);
    const counts = after(two, plan);
    expect([...counts.keys()].sort()).toEqual([...shards].sort());
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
  });

  it('is empty for a map that is already even', () => {
    const even = SlotMap.parse('0-1364=a,1365-2730=b,2731-4095=c');
    expect(planMoves(even, ['c', 'b', 'a']).moves).toEqual([]);
  });

  it('requires at least one shard', () => {
    const error = { code: 'nothing-to-plan', message: 'name at least one shard', retryable: false };
    expect(() => planMoves(two, [])).toThrow(expect.objectContaining({ ...error, name: 'ReshardingError' }));
  });
});
