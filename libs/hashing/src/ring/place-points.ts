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
 * Each node's points on the ring, as many as its weight asks for. A point's key is `name#number`: all that stands behind the
 * last `#` is digits, so no two nodes ever share a key, as `node1` + `11` and `node11` + `1` would without it.
 *
 * Two points may still share a hash (with 100,000 points about one pair does). Both are kept and the first node in canonical
 * order comes first, so the same one wins everywhere, and when it leaves, the other is still there.
 */
export function placePoints(nodes: readonly Node[], virtualNodes: number): Points {
  const counts = nodes.map((node) => pointsOf(node, virtualNodes));
  // Hash and owner in one number of 48 bits: sorts without a comparison function, ties by owner.
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
    `the weight ${weight} of "${name}" leaves it no point of ${virtualNodes}`,
  );
}
