import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nodeNames } from '../../conformance/arbitraries.ts';
import { numbered } from '../../conformance/count-keys.ts';
import { describeGolden, GOLDEN_NODES } from '../../conformance/golden.ts';
import { describeNodeMap } from '../../conformance/node-map.conformance.ts';
import { draw, lotsOf } from '../rendezvous/rank-nodes.ts';
import { SlotTable } from './slot-table.ts';

const traits = { hasWeights: true, moves: 'any', isHistoryFree: false } as const;

describeNodeMap('the slot table', (nodes) => SlotTable.of(nodes), traits);

describeGolden('the slot table', () => SlotTable.of(GOLDEN_NODES), '54a3673a', [
  'cache-3 cache-1 cache-10',
  'cache-3 größe cache-10',
  'größe cache-2 cache-1',
  'cache-2 größe cache-10',
  'größe cache-3 cache-2',
  'cache-3 cache-1 cache-10',
]);

describe('the slot table', () => {
  const countsOf = (table: SlotTable): number[] => {
    const owners = table.owners;
    return table.nodes.map(({ name }) => owners.filter((owner) => owner === name).length);
  };
  const moved = (before: SlotTable, after: SlotTable): number => {
    const owners = before.owners;
    return after.owners.filter((owner, slot) => owner !== owners[slot]).length;
  };

  it('stays even within one slot after every change, and moves the fewest slots possible', () => {
    const slots = 64;
    fc.assert(
      fc.property(nodeNames(2, 9), fc.array(fc.nat(8), { maxLength: 20 }), (names, changes) => {
        let table = SlotTable.of([names[0] as string], { slots });
        for (const change of changes) {
          const name = names[change % names.length] as string;
          const isThere = table.nodes.some((node) => node.name === name);
          if (isThere && table.nodes.length === 1) continue;
          const next = isThere ? table.without(name) : table.with(name);
          const counts = countsOf(next);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          const fewest = isThere ? countsOf(table)[placeOf(table, name)] : counts[placeOf(next, name)];
          expect(moved(table, next)).toBe(fewest);
          if (!isThere) expect(fewest).toBe(Math.floor(slots / next.nodes.length));
          table = next;
        }
      }),
    );
  });

  // Changing one of these lines moves slots of a running system.
  it('moves the same slots in every version', () => {
    const shown = (owners: SlotTable): string => owners.owners.join('');
    const three = SlotTable.of(['a', { name: 'b', weight: 2 }, 'c'], { slots: 24 });
    expect(shown(three)).toBe('bbacbbcabbcabbcababcbcba');
    const four = three.with({ name: 'd', weight: 3 });
    expect(shown(four)).toBe('bddddbcddbdabbdaddbcdcba');
    expect(shown(four.with('e'))).toBe('bddddecdebdabbdaddbcecba');
    expect(shown(four.with({ name: 'e', weight: 0.5 }))).toBe('bddddbcdebdabbdaddbcdcba');
    expect(shown(four.without('b'))).toBe('dddddccddadadddadddcdcca');
  });

  it('takes slots of the first in canonical order among equally full nodes', () => {
    const three = SlotTable.of(['a', 'b', 'c'], { slots: 9 });
    expect(countsOf(three)).toEqual([3, 3, 3]);
    expect(countsOf(three.with('d'))).toEqual([2, 2, 3, 2]);
  });

  it('gives a slot for which two nodes draw the same to the first in canonical order', () => {
    const names = ['n17165', 'n50967'];
    const lots = lotsOf(names);
    expect(draw(0, lots, 0)).toBe(draw(0, lots, 1));
    expect(SlotTable.of(names, { slots: 1 }).owners).toEqual(['n17165']);
  });

  it('may have a single slot', () => {
    expect(SlotTable.of(['a', 'b'], { slots: 1 }).owners).toHaveLength(1);
  });

  it('without nodes gives every slot to the first that joins', () => {
    const table = SlotTable.of([], { slots: 8 }).with('a');
    expect(table.owners).toEqual(Array.from({ length: 8 }, () => 'a'));
    expect(table.checksum).toBe(SlotTable.of(['a'], { slots: 8 }).checksum);
  });

  it('assigns slots by weight', () => {
    const table = SlotTable.of(['a', 'b'], { slots: 4_000 }).with({ name: 'c', weight: 2 });
    expect(countsOf(table)).toEqual([1_000, 1_000, 2_000]);
    expect(countsOf(table.with({ name: 'd', weight: 0.5 }))).toEqual([889, 889, 1_778, 444]);
    expect(countsOf(table.without('a'))).toEqual([1_333, 2_667]);
  });

  it('can be copied to another process by its nodes and owners', () => {
    const table = SlotTable.of(numbered('shard', 3)).with('shard-4').without('shard-2');
    const copy = SlotTable.from(table.nodes, table.owners);
    expect(copy.checksum).toBe(table.checksum);
    expect(copy.with('shard-5').checksum).toBe(table.with('shard-5').checksum);
    expect(SlotTable.of(table.nodes).checksum).not.toBe(table.checksum);
  });

  it.each([0, -1, 1.5, NaN])('refuses %d slots', (slots) => {
    expect(() => SlotTable.of(['a'], { slots })).toThrow(expect.objectContaining({ code: 'bad-option' }));
  });

  it('refuses owners that are not nodes, and a table without slots', () => {
    expect(() => SlotTable.from(['a'], ['a', 'b'])).toThrow(
      expect.objectContaining({ code: 'unknown-node' }),
    );
    expect(() => SlotTable.from(['a'], [])).toThrow(expect.objectContaining({ code: 'bad-option' }));
    expect(() => SlotTable.of([]).owners).toThrow(expect.objectContaining({ code: 'empty-map' }));
  });
});

function placeOf(table: SlotTable, name: string): number {
  return table.nodes.findIndex((node) => node.name === name);
}
