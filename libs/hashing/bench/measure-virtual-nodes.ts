import { placePoints } from '../src/ring/place-points.ts';

export const VIRTUAL_NODES = [10, 20, 50, 100, 150, 200, 500, 1_000, 2_000, 5_000];
const SETS = 100;

/** By number of virtual nodes, the peak-to-mean of ten nodes on rings of a hundred sets of names: the median and the 99th. */
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

/** From the arcs of the ring, so that no chance of keys comes in. */
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
