import { type Policy } from './policy.ts';

const SMALL_SHARE = 0.1;
const MOST_COUNTED = 3;

/**
 * S3-FIFO: Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023. A small queue for new objects, a main one for
 * those that were requested again, and a list of ghosts: objects that the small queue has evicted. A `Map` keeps the order of insertion.
 */
export class S3Fifo implements Policy {
  readonly #capacity: number;
  readonly #smallCapacity: number;
  /** Objects, and how often they were requested since. */
  readonly #small = new Map<number, number>();
  readonly #main = new Map<number, number>();
  readonly #ghosts = new Set<number>();

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#smallCapacity = Math.max(1, Math.floor(capacity * SMALL_SHARE));
  }

  get size(): number {
    return this.#small.size + this.#main.size;
  }

  request(object: number): boolean {
    for (const queue of [this.#small, this.#main]) {
      const count = queue.get(object);
      if (count === undefined) continue;
      queue.set(object, Math.min(count + 1, MOST_COUNTED));
      return true;
    }
    while (this.size >= this.#capacity) this.#evict();
    (this.#ghosts.delete(object) ? this.#main : this.#small).set(object, 0);
    return false;
  }

  #evict(): void {
    if (this.#small.size >= this.#smallCapacity || this.#main.size === 0) this.#evictFromSmall();
    else this.#evictFromMain();
  }

  #evictFromSmall(): void {
    for (const [object, count] of this.#small) {
      this.#small.delete(object);
      if (count <= 1) return this.#remember(object);
      this.#main.set(object, 0);
      if (this.#main.size > this.#capacity - this.#smallCapacity) return this.#evictFromMain();
    }
  }

  #evictFromMain(): void {
    for (const [object, count] of this.#main) {
      this.#main.delete(object);
      if (count === 0) return;
      this.#main.set(object, count - 1);
    }
  }

  #remember(object: number): void {
    this.#ghosts.add(object);
    const [oldest] = this.#ghosts;
    if (this.#ghosts.size > this.#capacity - this.#smallCapacity) this.#ghosts.delete(oldest as number);
  }
}
