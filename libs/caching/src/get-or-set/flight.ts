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
  readonly stale: Promise<KnownEntry | undefined>;
  readonly landing: Promise<Landing>;
  /** The read of L2 after the load has failed. */
  afterError?: Promise<Entry | undefined>;
  /** Whether a caller got a stale value instead of waiting. */
  isInBackground: boolean;
}

/** An entry, and a time at or before its tier read the clock. */
export interface KnownEntry {
  readonly entry: Entry;
  readonly knownAt: number;
}

/** Returns the entry with the times that are left now, or undefined when its life is over. */
export function aged(known: KnownEntry | undefined, nowMs: number): Entry | undefined {
  if (known === undefined) return undefined;
  const { entry, knownAt } = known;
  const elapsedMs = nowMs - knownAt;
  if (entry.ttlMs <= elapsedMs) return undefined;
  return { ...entry, ttlMs: entry.ttlMs - elapsedMs, freshMs: entry.freshMs - elapsedMs };
}
