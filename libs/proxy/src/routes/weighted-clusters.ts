import { murmur3 } from '@groundwork/hashing';

export interface WeightedCluster {
  readonly cluster: string;
  /** A whole number of at least 0: the share of the requests, relative to the sum of all weights. */
  readonly weight: number;
}

const HASHES = 2 ** 32;
const SEED = 0x5eed;

/**
 * Divides requests among clusters by weight, for a canary or a migration. Requests with a key are sticky: the same key gets the same cluster,
 * in every proxy. When the weight of a later cluster grows, keys move only to it.
 */
export class WeightedClusters {
  readonly #clusters: readonly WeightedCluster[];
  readonly #total: number;
  readonly #random: () => number;

  /**
   * @param random returns a number from 0 up to, but not including, 1
   * @throws {RangeError} without a cluster with a weight, or for an invalid weight
   */
  constructor(clusters: readonly WeightedCluster[], random: () => number = Math.random) {
    for (const { cluster, weight } of clusters)
      if (!Number.isSafeInteger(weight) || weight < 0)
        throw new RangeError(
          `expected a whole number of at least 0 as the weight of ${cluster}, got ${weight}`,
        );
    this.#clusters = clusters;
    this.#total = clusters.reduce((sum, { weight }) => sum + weight, 0);
    this.#random = random;
    if (this.#total === 0) throw new RangeError('expected a cluster with a weight above 0');
  }

  /** Returns the name of a cluster. */
  choose(key: string | undefined): string {
    const share = key === undefined ? this.#random() : murmur3(key, SEED) / HASHES;
    let left = share * this.#total;
    for (const { cluster, weight } of this.#clusters) {
      left -= weight;
      if (left < 0) return cluster;
    }
    // Only rounding leads here.
    return this.#clusters.findLast(({ weight }) => weight > 0)?.cluster as string;
  }
}
