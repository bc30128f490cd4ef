/** A value, and how the cache obtained it. */
export interface Cached<T> {
  /** Deeply frozen JSON data, shared by all its readers. */
  readonly value: T;
  readonly from: 'hit-l1' | 'hit-l2' | 'miss';
  /** Whether it is cached now. False for a miss that was invalidated during the load or loaded as `undefined`. */
  readonly stored: boolean;
  /** How long the cache may still serve it, in milliseconds; 0 when it is not stored. */
  readonly ttlMs: number;
  /** Whether this call waited for another call's load instead of starting its own. */
  readonly collapsed: boolean;
}
