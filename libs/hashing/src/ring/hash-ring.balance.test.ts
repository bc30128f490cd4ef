import { describe, expect, it } from '@jest/globals';
import { countKeys, numbered, peakToMean } from '../../conformance/count-keys.ts';
import { HashRing } from './hash-ring.ts';
import { placePoints } from './place-points.ts';

describe('the ring', () => {
  it('gives none of ten nodes more than 1.1 of its share with 1000 virtual nodes', () => {
    const ring = new HashRing(numbered('cache', 10), { virtualNodes: 1_000 });
    expect(peakToMean(countKeys(ring, 1_000_000))).toBeLessThanOrEqual(1.1);
  });

  it.each([
    [150, 1.25],
    [1_000, 1.1],
  ])('with %d virtual nodes is within %d for 97 of 100 sets of names', (virtualNodes, bound) => {
    const peaks = Array.from({ length: 100 }, (_, set) => peakOf(numbered(`set${set}`, 10), virtualNodes));
    expect(peaks.filter((peak) => peak <= bound).length).toBeGreaterThanOrEqual(97);
  });
});

/** The longest arc that a node owns, to the even one. */
function peakOf(names: readonly string[], virtualNodes: number): number {
  const { hashes, owners } = placePoints(
    names.map((name) => ({ name, weight: 1 })),
    virtualNodes,
  );
  const arcs = new Float64Array(names.length);
  let before = (hashes.at(-1) as number) - 2 ** 32;
  for (const [point, hash] of hashes.entries()) {
    arcs[owners[point] as number]! += hash - before;
    before = hash;
  }
  return (Math.max(...arcs) * names.length) / 2 ** 32;
}
