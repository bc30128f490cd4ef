import { type Bases } from './bases.ts';
import { type LogEntry, type WriteLog } from './write-log.ts';

/** How many entries one call forgets: the script of the log runs as long. */
const STEP = 500;

/**
 * Makes the log forget what the store has applied. First, cached values without these writes are removed:
 *
 *     the store commits ──▶ the cached values are removed ──▶ the log forgets the entries
 *
 * If the cache cannot be reached, the log keeps the position instead, and readers do not use cached values that are older.
 *
 * So a reader that asks the log first, and then the cache, sees each write at least once. The position in the value shows it when the
 * value and the log contain the same write (CounterWrites). Any process may continue where the flusher was killed.
 */
export class Settlement {
  readonly #log: WriteLog;
  readonly #bases: Bases;

  constructor(log: WriteLog, bases: Bases) {
    this.#log = log;
    this.#bases = bases;
  }

  async settle(entries: readonly LogEntry[], through: number): Promise<void> {
    const areForgotten = await this.#bases.forget(entries);
    await this.#log.settle(through, areForgotten);
  }

  /** Settles everything up to a position that the store has reached. */
  async settleThrough(position: number): Promise<void> {
    for (;;) {
      const { entries, state } = await this.#log.read(0, STEP);
      if (state.settled >= position) return;
      const applied = entries.filter((entry) => entry.position <= position);
      const last = applied.length < STEP ? position : (applied.at(-1)?.position ?? position);
      await this.settle(applied, last);
    }
  }
}
