import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keys, nodeNames } from '../../conformance/arbitraries.ts';
import { describeGolden, GOLDEN_NODES } from '../../conformance/golden.ts';
import { describeNodeMap } from '../../conformance/node-map.conformance.ts';
import { murmur3 } from '../murmur3.ts';
import { HashRing } from './hash-ring.ts';
import { placePoints } from './place-points.ts';

const traits = { hasWeights: true, moves: 'any', isHistoryFree: true } as const;

describeNodeMap('the ring', (nodes) => new HashRing(nodes), traits);

describeGolden('the ring', () => new HashRing(GOLDEN_NODES), '44dafd2a', [
  'cache-10 cache-3 cache-1',
  'cache-3 cache-10 cache-2',
  'cache-3 cache-1 größe',
  'cache-1 cache-3 größe',
  'cache-3 größe cache-1',
  'cache-10 cache-1 cache-3',
]);
describeGolden(
  'the ring of 1000 virtual nodes',
  () => new HashRing(GOLDEN_NODES, { virtualNodes: 1_000 }),
  'e46329d1',
  [
    'cache-3 cache-2 cache-10',
    'cache-3 cache-10 größe',
    'cache-3 cache-10 größe',
    'cache-1 cache-3 cache-10',
    'cache-2 cache-1 cache-3',
    'cache-10 cache-1 größe',
  ],
);

/** The textbook ring: searches every point and takes the nearest one at or after the hash of the key. */
function reference(names: readonly string[], virtualNodes: number, key: string): string {
  const points = names.flatMap((name) =>
    Array.from({ length: virtualNodes }, (_, number) => ({ name, hash: murmur3(`${name}#${number}`) })),
  );
  const distance = (hash: number): number => (hash - murmur3(key) + 2 ** 32) % 2 ** 32;
  return points.reduce((best, point) => (distance(point.hash) < distance(best.hash) ? point : best)).name;
}

describe('the ring', () => {
  it('gives the same node as a search of every point', () => {
    fc.assert(
      fc.property(nodeNames(1), fc.integer({ min: 1, max: 40 }), keys, (names, virtualNodes, asked) => {
        const ring = new HashRing(names, { virtualNodes });
        expect(asked.map((key) => ring.getNode(key))).toEqual(
          asked.map((key) => reference(names, virtualNodes, key)),
        );
      }),
    );
  });

  it('wraps around from the last point to the first', () => {
    const key = 'user:3357851';
    expect(murmur3(key)).toBe(0xffffff0d);
    const { hashes, owners } = placePoints(
      [
        { name: 'a', weight: 1 },
        { name: 'b', weight: 1 },
      ],
      5,
    );
    expect(hashes.at(-1)).toBeLessThan(0xffffff0d);
    expect(new HashRing(['a', 'b'], { virtualNodes: 5 }).getNode(key)).toBe(['a', 'b'][owners[0] as number]);
  });

  it('keeps both of two nodes whose points collide', () => {
    const [one, other] = ['cache-13925', 'cache-18909'] as const;
    expect(murmur3(`${one}#0`)).toBe(murmur3(`${other}#0`));
    const both = new HashRing([other, one], { virtualNodes: 1 });
    expect(both.getNode('key')).toBe(one);
    expect(both.getNodes('key', 2)).toEqual([one, other]);
    expect(both.without(one).getNode('key')).toBe(other);
    expect(both.without(other).getNode('key')).toBe(one);
  });

  it('gives a key whose hash is the hash of a point to that point', () => {
    const ring = new HashRing(['a', 'b', 'c'], { virtualNodes: 10 });
    for (const { name } of ring.nodes)
      for (let number = 0; number < 10; number += 1) expect(ring.getNode(`${name}#${number}`)).toBe(name);
  });

  it('keeps its number of virtual nodes when nodes join and leave', () => {
    const ring = new HashRing(['a', 'b'], { virtualNodes: 3 });
    expect(ring.with('c').checksum).toBe(new HashRing(['a', 'b', 'c'], { virtualNodes: 3 }).checksum);
    expect(ring.with('c').without('a').checksum).toBe(new HashRing(['b', 'c'], { virtualNodes: 3 }).checksum);
  });

  it('gives each node distinct points, even for similar names', () => {
    const nodes = ['node1', 'node11', 'node1#1', 'node1#'].map((name) => ({ name, weight: 1 }));
    const { hashes } = placePoints(nodes, 150);
    expect(new Set(hashes).size).toBe(4 * 150);
  });

  it.each([0, -1, 1.5, NaN])('refuses %d virtual nodes', (virtualNodes) => {
    expect(() => new HashRing(['a'], { virtualNodes })).toThrow(
      expect.objectContaining({ code: 'bad-option' }),
    );
  });

  it('refuses a weight so small that the node would get no points', () => {
    const nodes = ['a', { name: 'b', weight: 0.001 }];
    expect(() => new HashRing(nodes)).toThrow(expect.objectContaining({ code: 'bad-weight' }));
    expect(new HashRing(nodes, { virtualNodes: 1_000 }).nodes).toHaveLength(2);
  });
});
