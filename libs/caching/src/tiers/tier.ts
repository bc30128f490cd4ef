import { type Entry } from './entry.ts';

export type Awaitable<T> = T | Promise<T>;

/** What is to be forgotten: these keys, whatever carries one of these tags, or everything. */
export interface Invalidation {
  readonly keys?: readonly string[];
  readonly tags?: readonly string[];
  readonly everything?: boolean;
  /**
   * The identity of the change. Several processes that hear of one change all invalidate; a shared tier then forgets
   * once, so that the first process's fresh entry is not thrown away by the second.
   */
  readonly once?: string;
}

/**
 * A place that keeps entries for a while.
 *
 * Ordering: a fence is taken before the value is read from its source; `write` stores only if nothing the entry depends
 * on (its key, its tags, everything) was invalidated since. Once `invalidate` has returned, no earlier entry is read.
 * Concurrency: all methods may be called at once, from any number of processes if the tier is shared.
 * Idempotency: `invalidate` may be repeated; a fence is good for one `write`.
 * Losing an entry at any time is allowed, returning one that was invalidated never is.
 * Closing: a tier is closed by whoever made it; afterwards its methods reject.
 */
export interface Tier<Fence = unknown> {
  read(key: string): Awaitable<Entry | undefined>;
  fence(key: string, tags: readonly string[]): Awaitable<Fence>;
  write(key: string, entry: Entry, fence: Fence): Awaitable<boolean>;
  invalidate(target: Invalidation): Awaitable<void>;
}

/**
 * A tier that several processes share and that appoints one of them to load.
 *
 * `claim` reads the entry or, when there is none, grants one caller a lease for `leaseMs`; the others are told `busy`. A
 * lease ends with `write`, `release`, its time, or an invalidation of what is being loaded, whichever comes first.
 */
export interface LeasingTier<Fence = unknown> extends Tier<Fence> {
  claim(key: string, tags: readonly string[], leaseMs: number): Awaitable<Claim<Fence>>;
  release(key: string, fence: Fence): Awaitable<void>;
}

export type Claim<Fence = unknown> =
  | { readonly state: 'hit'; readonly entry: Entry }
  | { readonly state: 'granted'; readonly fence: Fence }
  | { readonly state: 'busy' };
