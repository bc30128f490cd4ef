/** What a manager has done since its start. All numbers but `entries` and `bytes` only grow. */
export interface CacheStatistics {
  readonly l1: {
    readonly hits: number;
    /** Entries that were removed to make room. */
    readonly evictions: number;
    readonly entries: number;
    /** Estimated bytes of the heap. */
    readonly bytes: number;
  };
  /** Reads that L2 answered with a fresh entry. */
  readonly l2: { readonly hits: number };
  /** Loaders that were called, also those in the background, and how many of them failed. */
  readonly loads: number;
  readonly loadErrors: number;
  /** Calls that joined a load that another call of this process began. */
  readonly collapsed: number;
  /** Times that a read waited for the holder of the lease. */
  readonly waits: number;
  /** Stale values that were served. */
  readonly stale: number;
  /** Refreshes that began before their entry expired. */
  readonly earlyRefreshes: number;
  /** Calls of `set`, `delete`, `invalidate` and `expire`, and how many of them have not reached all processes. */
  readonly changes: number;
  readonly changesNotEverywhere: number;
  /** Changes whose purge of the edge could not be stored. */
  readonly changesNotAtEdge: number;
}

/** The counters of a manager. */
export class CacheCounters {
  l1Hits = 0;
  l2Hits = 0;
  loads = 0;
  loadErrors = 0;
  collapsed = 0;
  waits = 0;
  stale = 0;
  earlyRefreshes = 0;
  changes = 0;
  changesNotEverywhere = 0;
  changesNotAtEdge = 0;
}
