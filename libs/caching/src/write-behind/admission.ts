import { WriteLogUnavailable } from './errors.ts';
import { type WriteLog } from './write-log.ts';
import { type WriteStore } from './write-store.ts';

/** Acknowledged entries from one position to another, both included, that can no longer be applied. */
export interface Loss {
  /** `log`: its server came back without them. `store`: it was restored to an older state after the log had forgotten them. */
  readonly lostBy: 'log' | 'store';
  readonly from: number;
  readonly to: number;
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

  /** Records that the log has acknowledged this position to this process. */
  acknowledged(position: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, position);
  }

  /**
   * Admits the current server. Concurrent calls share one comparison.
   *
   * @throws {WriteLogUnavailable} when log or store do not answer
   */
  admit(): Promise<void> {
    this.#running ??= this.#admit().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #admit(): Promise<void> {
    const acknowledged = this.#acknowledged;
    const stored = await this.#store.position().catch((cause: unknown) => {
      throw new WriteLogUnavailable('not-written', { cause });
    });
    const { last } = await this.#log.admit(stored);
    const reached = Math.max(last, stored);
    if (reached >= acknowledged) return;
    this.#acknowledged = reached;
    this.#onLoss({ lostBy: 'log', from: reached + 1, to: acknowledged });
  }
}
