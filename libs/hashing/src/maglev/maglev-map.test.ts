import { describe, expect, it } from '@jest/globals';
import { numbered } from '../../conformance/count-keys.ts';
import { describeGolden, GOLDEN_NODES } from '../../conformance/golden.ts';
import { describeNodeMap } from '../../conformance/node-map.conformance.ts';
import { fillTable } from './fill-table.ts';
import { MaglevMap } from './maglev-map.ts';

// The table is small because the suite builds thousands of them. The golden vectors use the default size.
describeNodeMap('Maglev', (nodes) => new MaglevMap(nodes, { size: 2_003 }), {
  hasWeights: true,
  moves: 0.02,
  isHistoryFree: true,
});

describeGolden('Maglev', () => new MaglevMap(GOLDEN_NODES), '90d6397b', [
  'größe cache-1 cache-3',
  'cache-3 größe cache-2',
  'cache-1 cache-3 cache-10',
  'cache-3 cache-10 cache-1',
  'cache-1 cache-3 größe',
  'cache-3 cache-2 cache-1',
]);

describe('the table of Maglev', () => {
  it('moves less than 1 % of the keys between remaining nodes, at the default size', () => {
    const ten = new MaglevMap(numbered('cache', 10));
    const nine = ten.without('cache-4');
    let strays = 0;
    for (let n = 0; n < 20_000; n++) {
      const node = ten.getNode(`user:${n}`);
      if (node !== 'cache-4' && nine.getNode(`user:${n}`) !== node) strays++;
    }
    expect(strays / 20_000).toBeLessThan(0.01);
  });

  it('gives all nodes the same number of entries, within one', () => {
    const nodes = numbered('cache', 7).map((name) => ({ name, weight: 1 }));
    const counts = nodes.map((_, owner) => fillTable(nodes, 997).filter((entry) => entry === owner).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(997);
  });

  it('gives turns by weight: two of three nodes at 2/3 sit out every third turn', () => {
    const nodes = [
      { name: 'a', weight: 3 },
      { name: 'b', weight: 2 },
      { name: 'c', weight: 2 },
    ];
    expect([...fillTable(nodes, 13)]).toEqual([0, 1, 0, 2, 0, 0, 1, 2, 1, 2, 0, 1, 0]);
  });

  it.each([4_096, 9, 0, 1, 65_536.5, NaN])(
    'is refused with %d entries because it must be a prime',
    (size) => {
      expect(() => new MaglevMap(['a'], { size })).toThrow(expect.objectContaining({ code: 'bad-option' }));
    },
  );

  it.each([2, 3])('is accepted with as many entries as nodes: %d', (size) => {
    expect(new MaglevMap(numbered('cache', size), { size }).nodes).toHaveLength(size);
  });

  it('is refused with fewer entries than nodes', () => {
    expect(() => new MaglevMap(['a', 'b', 'c'], { size: 2 })).toThrow(
      expect.objectContaining({ code: 'bad-option' }),
    );
  });
});
