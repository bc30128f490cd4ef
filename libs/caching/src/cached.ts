/** A value and how the cache came by it. */
export interface Cached<T> {
  /** Deeply frozen JSON data, shared by all its readers. */
  readonly value: T;
  readonly from: 'hit-l1' | 'hit-l2' | 'miss';
  /** Whether it is cached now. A miss is not when it was overtaken by an invalidation or loaded as `undefined`. */
  readonly stored: boolean;
  /** How long it may still be served from the cache; 0 when it is not stored. */
  readonly ttlMs: number;
  /** Whether this call waited for another call's load instead of starting its own. */
  readonly collapsed: boolean;
}
