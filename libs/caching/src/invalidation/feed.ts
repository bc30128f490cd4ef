import { type EdgeOutcome } from '../edge/edge-purges.ts';
import { type TwoTiers } from '../tiers/two-tiers.ts';

export interface InvalidationOfEverything {
  /** Empties both tiers, and purges the edge. */
  readonly empty: () => Promise<EdgeOutcome>;
  readonly purgeEdge: () => Promise<EdgeOutcome>;
}

/**
 * A feed of changes of the source, from outside of the cache, such as a topic. After `lost`, the cache does not read L2 and keeps entries in
 * L1 only for `deafTtlMs`, until the feed is complete again.
 *
 * L2 is as new as the feed only if some process has applied every message. So the processes record in L2 how far they have come. A process
 * that starts knows that nothing is missing in between when it has received the message that was recorded last.
 */
export class InvalidationFeed {
  readonly #tiers: TwoTiers;
  readonly #everything: InvalidationOfEverything;
  #changes = 0;
  /** Whether the tiers were emptied for a start that is not complete: only the purge of the edge is missing. */
  #areTiersEmptied = false;

  constructor(tiers: TwoTiers, everything: InvalidationOfEverything) {
    this.#tiers = tiers;
    this.#everything = everything;
  }

  /** Call this when messages may be lost from now on. Empties L1. */
  lost(): void {
    this.#changes += 1;
    this.#areTiersEmptied = false;
    this.#tiers.hearing = false;
    this.#tiers.memory.invalidate({ everything: true });
  }

  /**
   * Call this when every later message is received, and the earlier ones are unknown. Empties both tiers: all values that are loaded
   * later are as new as the source.
   *
   * Returns false if the cache still does not read L2: `lost` was called meanwhile, or the purge of the edge, which may have old objects too,
   * could not be stored. Call it again then: it does not empty the tiers again, unless `lost` was called.
   */
  startEmpty(): Promise<boolean> {
    return this.#start(async () => {
      const { empty, purgeEdge } = this.#everything;
      if (this.#areTiersEmptied) return (await purgeEdge()) !== 'failed';
      const change = this.#changes;
      const edge = await empty();
      this.#areTiersEmptied = this.#changes === change;
      return edge !== 'failed';
    });
  }

  /**
   * Call this when every later message is received. Keeps L2 and returns true if other processes have applied all that this one has
   * not received. Otherwise it returns false: wait until another process records a newer position, or call `startEmpty`.
   *
   * @param includes returns whether this process has received a message, and every later one
   */
  startWithOthers(includes: (position: string) => boolean): Promise<boolean> {
    return this.#start(async () => {
      const recorded = await this.#tiers.tryShared((shared) => shared.feedPosition());
      if (this.#tiers.isShared && (recorded === undefined || !includes(recorded))) return false;
      this.#tiers.memory.invalidate({ everything: true });
      return true;
    });
  }

  /** Call this from time to time after a start, with the id of a message up to which this process has applied all. */
  async record(position: string): Promise<void> {
    await this.#tiers.tryShared((shared) => shared.recordFeedPosition(position));
  }

  /** A call of `lost` meanwhile wins. */
  async #start(prepare: () => Promise<boolean>): Promise<boolean> {
    this.#changes += 1;
    const change = this.#changes;
    const isReady = (await prepare()) && this.#changes === change;
    if (isReady) {
      this.#tiers.hearing = true;
      this.#areTiersEmptied = false;
    }
    return isReady;
  }
}
