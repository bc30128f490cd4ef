import { type Invalidation } from '../tiers/tier.ts';
import { EVERYTHING_TAG } from './edge-tags.ts';
import { type PurgeQueue } from './purge-queue.ts';
import { type PurgeTargets } from './purge-target.ts';
import { quietly } from '../quietly.ts';

/** The edge in front of a cache. */
export interface CacheEdge {
  /** Receives a purge for each change of the cache. */
  readonly queue: Pick<PurgeQueue, 'enqueue'>;
  /** Receives the error of a purge that could not be stored. The caller of the change gets `edge: 'failed'`. */
  readonly onError?: (error: unknown, targets: PurgeTargets) => void;
}

/** Whether the purge of the edge is stored; `none` without an edge. */
export type EdgeOutcome = 'queued' | 'failed' | 'none';

/** Stores the purges that belong to changes of the cache. */
export class EdgePurges {
  readonly #edge: CacheEdge | undefined;

  constructor(edge: CacheEdge | undefined) {
    this.#edge = edge;
  }

  /** Never rejects. @param soft whether the edge may serve the old objects while it fetches new ones */
  async enqueue({ keys = [], tags = [], everything }: Invalidation, soft: boolean): Promise<EdgeOutcome> {
    if (this.#edge === undefined) return 'none';
    const { queue, onError = () => undefined } = this.#edge;
    // The edge knows tags only: responses carry the keys that they depend on as tags.
    const targets = { tags: everything === true ? [EVERYTHING_TAG] : [...tags, ...keys], soft };
    try {
      await queue.enqueue(targets);
      return 'queued';
    } catch (error) {
      quietly(() => onError(error, targets));
      return 'failed';
    }
  }
}
