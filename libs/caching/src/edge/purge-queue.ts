import { type PurgeStore } from './purge-store.ts';
import { type PurgeTargets, targetsOf } from './purge-target.ts';

/** Targets in one call of the store, so that a call stays short. */
const TARGETS_IN_A_CALL = 1_000;

/**
 * Stores purges of the edge, so that they are done even if this process ends or the edge is away. A `PurgeWorker` does them, in this process or
 * in another one.
 */
export class PurgeQueue {
  readonly #store: PurgeStore;

  constructor(store: PurgeStore) {
    this.#store = store;
  }

  /**
   * Resolves when the purges are stored. Call it after the change is committed and all caches behind the edge have it. It may be repeated.
   *
   * @throws {RangeError} for an empty tag, or a URL that is not absolute
   * @throws {PurgeQueueFullError} if there is no room. With more than 1,000 targets, a part of them may be stored.
   * @throws {PurgeStoreUnavailableError} if the store did not confirm the purges. They may be stored.
   */
  async enqueue(targets: PurgeTargets): Promise<void> {
    const all = targetsOf(targets);
    for (let first = 0; first < all.length; first += TARGETS_IN_A_CALL)
      await this.#store.put(all.slice(first, first + TARGETS_IN_A_CALL));
  }
}
