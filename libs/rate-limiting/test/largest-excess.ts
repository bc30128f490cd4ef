import { type RatePolicy } from '../src/gcra/rate-policy.ts';

export interface Grant {
  readonly units: number;
  /** Milliseconds since any fixed instant. */
  readonly at: number;
}

/** Returns the largest number of units by which a window of the grants exceeds `capacity + ratePerSecond * t`. */
export function largestExcess(grants: readonly Grant[], { capacity, ratePerSecond }: RatePolicy): number {
  let largest = -Infinity;
  for (let from = 0; from < grants.length; from += 1) {
    let units = 0;
    for (let to = from; to < grants.length; to += 1) {
      units += grants[to]!.units;
      const seconds = (grants[to]!.at - grants[from]!.at) / 1_000;
      largest = Math.max(largest, units - capacity - ratePerSecond * seconds);
    }
  }
  return largest;
}
