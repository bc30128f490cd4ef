import { ForeignLog, WriteLogUnavailable } from './errors.ts';
import { type WriteLog } from './write-log.ts';
import { type WriteStore } from './write-store.ts';

/** Acknowledged entries that can no longer be applied. */
export interface Loss {
  /** `log`: its server came back without them. `store`: it was restored to an older state after the log had forgotten them. */
  readonly lostBy: 'log' | 'store';
  readonly from: number;
  /** Undefined: it is not known how many were acknowledged to other processes, possibly none. */
  readonly to: number | undefined;
}

/**
 * Compares each new server of the log with the store, before it accepts writes.
 *
 * A server that lost its last entries would give their positions to new writes. The store has applied those positions already, so it
 * would skip the new writes.
 */
export class Admission {
  readonly #log: WriteLog;
  readonly #store: WriteStore;
  readonly #onLoss: (loss: Loss) => void;
  #acknowledged = 0;
  #running: Promise<void> | undefined;

  constructor(log: WriteLog, store: WriteStore, onLoss: (loss: Loss) => void) {
    this.#log = log;
    this.#store = store;
    this.#onLoss = onLoss;
  }

  /** The highest position that the log has acknowledged to this process. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /**
   * Records that the log has acknowledged this position to this process.
   *
   * @param before what `acknowledged` was when the write was sent; undefined for a repeated write, which gets the position of the first
   */
  record(position: number, before: number | undefined): void {
    // Smaller than before: an admission has reported the loss already.
    const isReported = before === undefined || before > this.#acknowledged;
    if (!isReported && position <= before) this.#lost(position - 1, before);
    this.#acknowledged = Math.max(this.#acknowledged, position);
  }

  /**
   * Admits the current server. Concurrent calls share one comparison.
   *
   * @throws {WriteLogUnavailable} when log or store do not answer
   * @throws {ForeignLog} when the store belongs to another log
   */
  admit(): Promise<void> {
    this.#running ??= this.#admit().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #admit(): Promise<void> {
    // Later acknowledgements come from this server.
    const acknowledged = this.#acknowledged;
    const identity = await this.#log.identify();
    const stored = await this.#store.bind(identity.log, identity.isNew).catch((cause: unknown) => {
      throw cause instanceof ForeignLog ? cause : new WriteLogUnavailable('not-written', { cause });
    });
    const before = await this.#log.admit(identity, stored);
    if (before === undefined) throw new WriteLogUnavailable('not-written');
    const reached = Math.max(before.last, stored);
    if (reached < acknowledged) this.#lost(reached, acknowledged);
    // An empty log behind a used store: other processes may have had acknowledgements.
    else if (identity.isNew && stored > 0) this.#onLoss({ lostBy: 'log', from: stored + 1, to: undefined });
  }

  #lost(reached: number, acknowledged: number): void {
    if (this.#acknowledged === acknowledged) this.#acknowledged = reached;
    this.#onLoss({ lostBy: 'log', from: reached + 1, to: acknowledged });
  }
}
