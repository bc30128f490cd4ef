import { type Cached } from '../cached.ts';
import { type Entry } from '../tiers/entry.ts';
import { type MemoryFence } from '../tiers/memory-tier.ts';

/** What a flight has brought, and the tags of its entry. */
export interface Landing {
  readonly cached: Cached<unknown>;
  readonly tags: readonly string[];
}

/** A load in this process. Callers that need no tag beyond its own can join it, until an invalidation. */
export interface Flight {
  readonly tags: readonly string[];
  readonly fence: MemoryFence;
  /** The stale entry of L2, as soon as L2 has answered. Never rejects. */
  readonly stale: Promise<Entry | undefined>;
  readonly landing: Promise<Landing>;
  /** Whether a caller got a stale value instead of waiting. */
  isInBackground: boolean;
}
