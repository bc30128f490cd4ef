import { type PurgeStore } from './purge-store.ts';
import { type PurgeTargets, targetsOf } from './purge-target.ts';

/** Targets in one call of the store, so that a call stays short. */
const TARGETS_IN_A_CALL = 1_000;

/**
 * Stores purges of the edge, so that they are done even if this process ends or the edge is away. A `PurgeWorker` does them, in this process or
 * in another one.
 *
 * Several servers, such as three instances of Varnish, have one store and one worker each: a server that is away then delays only its own purges.
 */
export class PurgeQueue {
  readonly #stores: readonly PurgeStore[];

  /** @throws {TypeError} without stores: purges that reach no edge would succeed */
  constructor(...stores: readonly PurgeStore[]) {
    if (stores.length === 0) throw new TypeError('stores: expected at least one');
    this.#stores = stores;
  }

  /**
   * Resolves when every store has the purges. Call it after the change is committed and all caches behind the edge have it. It may be repeated.
   * If it rejects, the other stores have the purges.
   *
   * @throws {RangeError} for an empty tag, or a URL that is not absolute
   * @throws {PurgeQueueFullError} if there is no room. With more than 1,000 targets, a part of them may be stored.
   * @throws {PurgeStoreUnavailableError} if the store did not confirm the purges. They may be stored.
   */
  async enqueue(targets: PurgeTargets): Promise<void> {
    const all = targetsOf(targets);
    const outcomes = await Promise.allSettled(
      this.#stores.map(async (store) => {
        for (let first = 0; first < all.length; first += TARGETS_IN_A_CALL)
          await store.put(all.slice(first, first + TARGETS_IN_A_CALL));
      }),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }
}
