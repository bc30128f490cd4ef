import { LRUCache } from 'lru-cache';
import { S3Fifo } from './s3-fifo.ts';
import { Sieve } from './sieve.ts';

/** Decides which objects a cache of a fixed number of objects keeps. */
export interface Policy {
  /** The number of objects in the cache. */
  readonly size: number;
  /** Returns whether the object is in the cache. If it is missing, stores it. */
  request(object: number): boolean;
}

export const POLICIES: Readonly<Record<string, (capacity: number) => Policy>> = {
  'lru-cache': (capacity) => new Lru(capacity),
  SIEVE: (capacity) => new Sieve(capacity),
  'S3-FIFO': (capacity) => new S3Fifo(capacity),
};

/** The library that L1 uses. */
class Lru implements Policy {
  readonly #held: LRUCache<number, true>;

  constructor(capacity: number) {
    this.#held = new LRUCache({ max: capacity });
  }

  get size(): number {
    return this.#held.size;
  }

  request(object: number): boolean {
    if (this.#held.get(object) === true) return true;
    this.#held.set(object, true);
    return false;
  }
}
