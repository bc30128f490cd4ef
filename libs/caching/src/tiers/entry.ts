/** A value as a tier stores it. `value` is deeply frozen JSON data: all readers in a process get the same object. */
export interface Entry {
  readonly value: unknown;
  readonly tags: readonly string[];
  /** Remaining time to live, in milliseconds, when the tier answered. */
  readonly ttlMs: number;
  /** Remaining time in which it is fresh, at most `ttlMs`. At or below 0 it is stale: served only to callers that accept that. */
  readonly freshMs: number;
  /** How long its load took. */
  readonly loadMs?: number | undefined;
  /** The version that was given with it. */
  readonly version?: number | undefined;
}

/** Returns whether the entry has all of these tags. Otherwise an invalidation of one of them would not reach it. */
export function hasTags({ tags }: Pick<Entry, 'tags'>, wanted: readonly string[]): boolean {
  // A loop: a hit in L1 takes a tenth less time than with a function for each tag.
  for (const tag of wanted) if (!tags.includes(tag)) return false;
  return true;
}
