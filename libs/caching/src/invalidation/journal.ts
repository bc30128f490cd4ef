import { type MemoryTier } from '../tiers/memory-tier.ts';

/** An invalidation or an expiry, as the other processes read it. */
export interface Announcement {
  readonly kind: 'invalidate' | 'expire';
  readonly keys?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly everything?: boolean | undefined;
  /** The follower that has announced it. */
  readonly by?: string | undefined;
}

export interface Followed {
  /** Whether the journal still reaches back to the position of the follower. Without it, the follower may have missed announcements. */
  readonly isComplete: boolean;
  readonly announcements: readonly Announcement[];
  /** The end of the journal. */
  readonly position: string;
}

/** Followers and their marks. A mark changes with each call of `follow`. */
export type Marks = ReadonlyMap<string, string>;

/**
 * The invalidations of a shared tier, in the order in which the tier applied them, and the processes that follow them.
 *
 * Ordering: `follow` returns all announcements after a position in order, or reports that they are not complete. A call of `follow`
 * records its position: the follower has applied everything up to it.
 * Concurrency: any number of processes; a follower makes one call of `follow` at a time.
 * Each call is answered or rejects within a second. The answer to a change of the tier comes before the answer to a later `follow`: a follower
 * skips its own announcements, because it has applied them by then.
 * Loss: the journal may lose its announcements and its followers at any time, also only the followers. Then `isComplete` is false, and
 * `behind` returns a follower that never answers, in place of those that are lost.
 * Closing: the caller closes the journal. Afterwards its methods reject.
 */
export interface InvalidationJournal {
  /** @param position undefined: the end of the journal, not complete */
  follow(follower: string, position: string | undefined): Promise<Followed>;
  /** Forgets those of the silent followers whose mark is unchanged. Returns the followers that have not recorded the position yet. */
  behind(position: string, silent: Marks): Promise<Marks>;
  leave(follower: string): Promise<void>;
  /** Calls `wake` after an announcement, and possibly without one; a call may be missing. Returns a function that ends the calls. */
  onAnnounced(wake: () => void): () => void;
  /** Calls `wake` when all followers have recorded the same position, as `onAnnounced` does. */
  onCaughtUp(wake: () => void): () => void;
}

/** Applies an announcement of another process to L1. */
export function applyTo(memory: MemoryTier, { kind, keys, tags, everything }: Announcement): void {
  memory[kind]({ keys: keys ?? [], tags: tags ?? [], everything: everything ?? false });
}
