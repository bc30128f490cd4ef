import { placePoints } from '../src/ring/place-points.ts';

export const VIRTUAL_NODES = [10, 20, 50, 100, 150, 200, 500, 1_000, 2_000, 5_000];
const SETS = 100;

/** Returns the peak to mean of ten nodes by number of virtual nodes: the median and the 99th of 100 sets of names. */
export function measureVirtualNodes(): {
  readonly virtualNodes: number;
  readonly median: number;
  readonly high: number;
}[] {
  return VIRTUAL_NODES.map((virtualNodes) => {
    const peaks = Array.from({ length: SETS }, (_, set) => peakOf(set, virtualNodes)).sort((a, b) => a - b);
    return { virtualNodes, median: peaks[SETS / 2] as number, high: peaks[SETS - 2] as number };
  });
}

/** Computes the peak to mean from the arcs of the ring, so that it does not depend on a choice of keys. */
function peakOf(set: number, virtualNodes: number): number {
  const nodes = Array.from({ length: 10 }, (_, n) => ({ name: `set-${set}-cache-${n}`, weight: 1 }));
  const { hashes, owners } = placePoints(nodes, virtualNodes);
  const arcs = new Float64Array(nodes.length);
  let before = (hashes.at(-1) as number) - 2 ** 32;
  for (const [point, hash] of hashes.entries()) {
    arcs[owners[point] as number]! += hash - before;
    before = hash;
  }
  return (Math.max(...arcs) * nodes.length) / 2 ** 32;
}
