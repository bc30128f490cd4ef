/** A value as a tier holds it. `value` is JSON data, deeply frozen: every reader of a process gets the same object. */
export interface Entry {
  readonly value: unknown;
  /** Length of the value's JSON text; what a bounded tier counts. */
  readonly size: number;
  readonly tags: readonly string[];
  /** Time left to live, in milliseconds, at the moment the tier answered. */
  readonly ttlMs: number;
}
