import { mix } from '../mix.ts';
import { hashOf } from '../murmur3.ts';

/** Two hashes of each name: two names that share one hash (likely for one pair of 10,000 names) still draw independently. */
export interface Lots {
  readonly first: Int32Array;
  readonly second: Int32Array;
}

export function lotsOf(names: readonly string[]): Lots {
  return {
    first: Int32Array.from(names, (name) => hashOf(name, 0x6c6f7431)),
    second: Int32Array.from(names, (name) => hashOf(name, 0x6c6f7432)),
  };
}

/** Returns the draw of node `at` for a key with this hash: a signed 32-bit integer that depends on no other node. */
export function draw(hash: number, { first, second }: Lots, at: number): number {
  return mix(mix(hash ^ (first[at] as number)) + (second[at] as number));
}

/**
 * Returns the nodes by their draws, the highest first; on a tie, canonical order decides. `first`, if given, precedes all
 * others. When a node leaves, the others keep their order. Jump, Maglev and the slot table find their replicas in this way.
 */
export function rankNodes(hash: number, lots: Lots, n: number, first?: number): number[] {
  const draws = Float64Array.from(lots.first, (_, at) => (at === first ? Infinity : draw(hash, lots, at)));
  const places = Array.from(draws, (_, at) => at);
  // A stable sort: ties stay in canonical order.
  return places.sort((one, other) => (draws[other] as number) - (draws[one] as number)).slice(0, n);
}
