/** A value as a tier stores it. `value` is deeply frozen JSON data: all readers in a process get the same object. */
export interface Entry {
  readonly value: unknown;
  readonly tags: readonly string[];
  /** Remaining time to live, in milliseconds, when the tier answered. */
  readonly ttlMs: number;
}
