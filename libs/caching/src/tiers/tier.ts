import { type Entry } from './entry.ts';

export type Awaitable<T> = T | Promise<T>;

/** The entries to invalidate or expire: these keys, every entry with one of these tags, or everything. */
export interface Invalidation {
  readonly keys?: readonly string[];
  readonly tags?: readonly string[];
  readonly everything?: boolean;
  /**
   * The identity of the change. One change may need several calls. All processes that are notified of a change invalidate; a shared tier applies each call only once,
   * so that the second process does not discard the fresh entry of the first.
   */
  readonly once?: string;
  /** The version of the change. From then on, a `put` of one of the keys with a lower version is refused. */
  readonly version?: number | undefined;
  /** The follower of the tier's journal that applies the change to its own L1 by itself. */
  readonly by?: string | undefined;
}

/** A change of the source that a `put` brings. */
export interface Change {
  /** As in `Invalidation`. */
  readonly by?: string | undefined;
  readonly version?: number | undefined;
}

/** What has become of a `put`: `overtaken` by an invalidation or another fence, or `older` than a version that the tier knows. */
export interface Put extends Announced {
  readonly outcome: 'stored' | 'overtaken' | 'older';
}

/** What a tier returns for a change of its entries. */
export interface Announced {
  /** Where the change is in the journal of the tier; undefined without a journal, or when the journal has lost it. */
  readonly position?: string | undefined;
}

/**
 * Stores entries for a limited time.
 *
 * Ordering: the caller takes a fence before it reads the value from its source. `write` refuses the entry if its key, one of
 * its tags or everything was invalidated since. Once `invalidate` has returned, `read` returns no earlier entry. Once `expire` has
 * returned, `read` returns earlier entries only as stale ones, also if they are written later.
 * Concurrency: all methods may be called concurrently, from any number of processes if the tier is shared.
 * Idempotency: `invalidate` may be repeated; a fence is valid for one `write`.
 * Loss: a tier may lose an entry at any time, but it never returns an invalidated one.
 * Closing: the caller closes the tier. Afterwards its methods reject.
 */
export interface Tier<Fence = unknown> {
  read(key: string): Awaitable<Entry | undefined>;
  fence(key: string, tags: readonly string[]): Awaitable<Fence>;
  write(key: string, entry: Entry, fence: Fence): Awaitable<boolean>;
  invalidate(target: Invalidation): Awaitable<Announced>;
  expire(target: Invalidation): Awaitable<Announced>;
}

/**
 * A tier that several processes share and that selects one of them to load.
 *
 * `claim` returns the entry if it is fresh, for more than `freshForMs`, and has the tags of the caller. Otherwise it grants one caller a lease for `leaseMs`, and
 * the others receive `busy`; both get the stale entry, if there is one with their tags. A lease ends with `write`, with `release`, when it expires, or when its key, one of its tags or everything is invalidated.
 *
 * `put` writes a value that its caller has just written to the source, and announces the change. It ends the lease of the fence. It stores
 * nothing when an earlier `put` or `invalidate` had a higher version. A tier may forget versions at any time.
 *
 * `feedPosition` returns what `recordFeedPosition` has recorded last, for all processes, unless the tier has lost it.
 *
 * `recover` is called after a lost connection, before any other call: it empties the tier if it may have lost an invalidation.
 *
 * `onLoadEnded` calls `wake` after a `write` or `release` of the key, and possibly without one. A call may be missing, so a caller
 * also asks again when the lease ends. It returns a function that ends the calls.
 */
export interface LeasingTier<Fence = unknown> extends Tier<Fence> {
  claim(key: string, tags: readonly string[], leaseMs: number, freshForMs?: number): Awaitable<Claim<Fence>>;
  release(key: string, fence: Fence): Awaitable<void>;
  put(key: string, entry: Entry, fence: Fence, change: Change): Awaitable<Put>;
  feedPosition(): Awaitable<string | undefined>;
  recordFeedPosition(position: string): Awaitable<void>;
  recover(): Awaitable<void>;
  onLoadEnded(key: string, wake: () => void): () => void;
}

export type Claim<Fence = unknown> =
  | { readonly state: 'hit'; readonly entry: Entry }
  | { readonly state: 'granted'; readonly fence: Fence; readonly stale?: Entry | undefined }
  | { readonly state: 'busy'; readonly leaseEndsInMs: number; readonly stale?: Entry | undefined };
