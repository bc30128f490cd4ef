/** A value as a tier stores it. `value` is deeply frozen JSON data: all readers in a process get the same object. */
export interface Entry {
  readonly value: unknown;
  /** Length of the value's JSON text, in characters. A bounded tier counts it. */
  readonly size: number;
  readonly tags: readonly string[];
  /** Remaining time to live, in milliseconds, when the tier answered. */
  readonly ttlMs: number;
}
