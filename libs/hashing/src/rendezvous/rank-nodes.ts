import { mix } from '../mix.ts';
import { hashOf } from '../murmur3.ts';

/** Two hashes of a name: two names that share one (among 10,000 names a pair likely does) still draw lots apart. */
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

/** What the node at `at` draws for a key with this hash: a signed 32-bit integer, independent of all other nodes. */
export function draw(hash: number, { first, second }: Lots, at: number): number {
  return mix(mix(hash ^ (first[at] as number)) + (second[at] as number));
}

/**
 * The nodes in the order of what they draw, the highest first, ties to the first in canonical order; `first`, if given, stands
 * before them all. One that leaves takes nobody else's place: this is how every map but the ring finds its replicas.
 */
export function rankNodes(hash: number, lots: Lots, n: number, first?: number): number[] {
  const draws = Float64Array.from(lots.first, (_, at) => (at === first ? Infinity : draw(hash, lots, at)));
  const places = Array.from(draws, (_, at) => at);
  // A stable sort: ties stay in canonical order.
  return places.sort((one, other) => (draws[other] as number) - (draws[one] as number)).slice(0, n);
}
