/**
 * A change of one key:
 * - `add`: adds a whole number to a counter.
 * - `put`: replaces a document by this JSON text.
 * - `delete`: removes a document.
 */
export type Change =
  | { readonly op: 'add'; readonly amount: number }
  | { readonly op: 'put'; readonly json: string }
  | { readonly op: 'delete' };

export interface Write {
  /** The counters or documents to which the key belongs: the name of a table, for example. */
  readonly collection: string;
  readonly key: string;
  readonly change: Change;
  /** Writes of a key with the same idempotency key have one effect. */
  readonly idempotencyKey?: string | undefined;
}

/** A write that the log has acknowledged. */
export interface LogEntry extends Write {
  /** 1, 2, 3, … in the order of the acknowledgements. It is also the version of a document. */
  readonly position: number;
}

/** What the log knows of a key. */
export interface Pending {
  /** All entries up to this position are applied to the store, and the log has forgotten them. */
  readonly settled: number;
  /** The newest entry of the key after `settled`; 0 without one. */
  readonly position: number;
  /** The sum of the amounts after `settled`. */
  readonly sum: number;
  /** The newest change of a document after `settled`. */
  readonly change: Change | undefined;
  /** Values that were read from the store before this position are not served from a cache. */
  readonly floor: number;
}

/** The state of a key that a caller has read: an append on a condition compares it with the current one. */
export type Seen = Pick<Pending, 'settled' | 'position'>;

export interface LogLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/**
 * - `appended`: the write is acknowledged. A repeated idempotency key gets the position of its first entry while the log has it.
 * - `full`: there is no room within the limits.
 * - `changed`: the key may have changed since it was seen.
 * - `not-admitted`: the server behind the log was started or replaced since the last `admit` of this process or another one.
 *
 * Only `appended` stores something.
 */
export type AppendAnswer =
  | { readonly outcome: 'appended'; readonly position: number }
  | { readonly outcome: 'full' | 'changed' | 'not-admitted' };

export interface LogState {
  /** The random id of the log: a log that has lost everything gets a new one. */
  readonly log: string;
  /** The position of the last entry that was ever appended. */
  readonly last: number;
  readonly settled: number;
  readonly entries: number;
  readonly bytes: number;
}

export interface LogIdentity {
  readonly log: string;
  /** No server with this log was ever admitted. */
  readonly isNew: boolean;
  /** The server, which has another name after each start. */
  readonly server: string;
}

/**
 * The writes that are acknowledged and not yet applied to the store.
 *
 * - Durability: an entry that `append` has acknowledged survives a crash of the log's server.
 * - Ordering: positions are those of the acknowledgements. `read` returns all entries after a position without a gap.
 * - Concurrency: calls of all processes are atomic and totally ordered.
 * - Idempotency: `identify`, `admit` and `settle` may be repeated. A repeated `append` needs an idempotency key, which the log knows for
 *   some time after its entry has settled.
 * - Errors: a call rejects with `WriteLogUnavailable`, which says whether the write may have been appended.
 */
export interface WriteLog {
  append(write: Write, limits: LogLimits, seen?: Seen): Promise<AppendAnswer>;
  pending(collection: string, key: string): Promise<Pending>;
  /** Returns at most `limit` entries after the position, and the state of the log. */
  read(after: number, limit: number): Promise<{ entries: LogEntry[]; state: LogState }>;
  /**
   * Forgets the entries up to a position, which the store has applied. A smaller position than before has no effect.
   *
   * @param log the log whose entries the store has applied; nothing happens to another one
   * @param areForgotten false: a cache may still have values without these entries. `floor` becomes this position.
   */
  settle(log: string, through: number, areForgotten: boolean): Promise<void>;
  /** Returns which log the current server has. */
  identify(): Promise<LogIdentity>;
  /**
   * Allows appends to the server that was identified: later entries are after `stored`, the position of the store.
   *
   * @returns the state before, or undefined when another server or another log has taken its place
   */
  admit(identity: LogIdentity, stored: number): Promise<LogState | undefined>;
  /**
   * Calls `wake` after an entry was appended to an empty log, and after entries were forgotten. A call may be missing or late.
   *
   * @returns a function that ends the calls
   */
  onChange(wake: () => void): () => void;
}
