import { type LogEntry, type Write } from './write-log.ts';

/** A document or counter as the store has it. */
export interface Stored {
  /** The position of the store when it was read: the value contains all entries up to it, and none after it. */
  readonly position: number;
  /** The number of a counter, 0 without a row. The value of a document, `undefined` without a row. */
  readonly value: unknown;
  /** The position of the entry that wrote the document; 0 without a row, and for counters. */
  readonly version: number;
}

/** A write that the store refuses whenever it is tried: it violates a constraint, for example. The store keeps it, with its error. */
export interface RefusedWrite {
  readonly entry: LogEntry;
  readonly error: unknown;
}

/**
 * - `applied`: `through` is the new position. Refused writes are set aside. `superseded` is the number of documents that the store has
 *   in a newer version, and `repeated` the number of writes whose idempotency key it has seen.
 * - `moved`: another process has applied entries, or the store belongs to another log; nothing was done.
 */
export type ApplyAnswer =
  | {
      readonly outcome: 'applied';
      readonly through: number;
      readonly refused: readonly RefusedWrite[];
      readonly superseded: number;
      readonly repeated: number;
    }
  | { readonly outcome: 'moved'; readonly position: number };

/**
 * Where the writes of a log end.
 *
 * - Binding: a store belongs to one log. The entries of another one would have the same positions.
 * - Atomicity: `apply` stores the effects of all entries and the new position in one transaction, only if the position is `after`. So
 *   of two processes that apply the same entries, one succeeds.
 * - Ordering: entries are applied in the order of their positions. The store may combine entries of one key.
 * - Errors: a call rejects if the store cannot serve at the moment; then it has stored nothing, or everything without an answer. `read`
 *   and `position` reject with `WriteStoreUnavailable`.
 */
export interface WriteStore {
  /** @throws {InvalidWrite} for a write that can never be applied: an unknown collection, another kind of change, an invalid key */
  validate(write: Write): void;
  /**
   * Binds the store to a log, and returns its position.
   *
   * @param isNew the log has no entries yet: it takes the place of the log to which the store belonged
   * @throws {ForeignLog} when the store belongs to another log
   */
  bind(log: string, isNew: boolean): Promise<number>;
  /** Returns the position of the last entry that was applied; 0 before the first one. */
  position(): Promise<number>;
  apply(log: string, after: number, entries: readonly LogEntry[]): Promise<ApplyAnswer>;
  read(collection: string, key: string): Promise<Stored>;
  /** Moves the position past entries that are lost, only if it is `from`. */
  skip(from: number, to: number): Promise<void>;
}
