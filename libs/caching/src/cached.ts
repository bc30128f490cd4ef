import { type Entry } from './tiers/entry.ts';

/** A value, and how the cache obtained it. */
export interface Cached<T> {
  /** Deeply frozen JSON data, shared by all its readers. */
  readonly value: T;
  readonly from: 'hit-l1' | 'hit-l2' | 'miss';
  /** Whether it is cached now. False for a miss that was invalidated during the load or loaded as `undefined`. */
  readonly stored: boolean;
  /** Whether it is older than its TTL: the caller accepts stale values, and it is being refreshed or could not be. */
  readonly stale: boolean;
  /**
   * How long it is still fresh in the cache, in milliseconds; 0 when it is stale or not stored. While the process receives no
   * invalidations, at most `deafTtlMs`: it does not know for longer that the value is current.
   */
  readonly ttlMs: number;
  /** Whether this call waited for another call's load instead of starting its own. */
  readonly collapsed: boolean;
}

export function hit<T>(from: 'hit-l1' | 'hit-l2', { value, freshMs }: Entry): Cached<T> {
  const stale = freshMs <= 0;
  return { value: value as T, from, stored: true, stale, ttlMs: Math.max(0, freshMs), collapsed: false };
}

export function miss(value: unknown, ttlMs: number): Cached<unknown> {
  return { value, from: 'miss', stored: ttlMs > 0, stale: false, ttlMs, collapsed: false };
}
