import { HashingError } from '../hashing.error.ts';
import { murmur3 } from '../murmur3.ts';
import { type Node } from '../nodes/node-set.ts';

export interface Points {
  /** Ascending. */
  readonly hashes: Uint32Array;
  /** The node of each point, as its place in the canonical order. */
  readonly owners: Uint16Array;
}

const OWNERS = 2 ** 16;

/**
 * Returns the points of all nodes on the ring; their number is proportional to the weight. The key of a point is
 * `name#number`. Only digits follow the last `#`, so the points of all nodes have different keys. (Without the `#`,
 * `node1` + `11` and `node11` + `1` would be equal.)
 *
 * Two points may still share a hash (about one pair of 100,000 points does). The ring keeps both, the first node in
 * canonical order first. So the same node wins in every process, and when it leaves, the other point remains.
 */
export function placePoints(nodes: readonly Node[], virtualNodes: number): Points {
  const counts = nodes.map((node) => pointsOf(node, virtualNodes));
  // Hash and owner in one number of 48 bits: it sorts without a comparison function, and the owner decides ties.
  const sorted = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
  let at = 0;
  for (const [owner, { name }] of nodes.entries()) {
    for (let number = 0; number < (counts[owner] as number); number++) {
      sorted[at++] = murmur3(`${name}#${number}`) * OWNERS + owner;
    }
  }
  sorted.sort();
  return {
    hashes: Uint32Array.from(sorted, (point) => Math.floor(point / OWNERS)),
    owners: Uint16Array.from(sorted, (point) => point % OWNERS),
  };
}

function pointsOf({ name, weight }: Node, virtualNodes: number): number {
  const points = Math.round(virtualNodes * weight);
  if (points >= 1) return points;
  throw new HashingError(
    'bad-weight',
    `the weight ${weight} of "${name}" is too small: it gets no points of ${virtualNodes} virtual nodes`,
  );
}
