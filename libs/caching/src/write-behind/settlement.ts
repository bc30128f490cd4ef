import { type Bases } from './bases.ts';
import { type LogEntry, type WriteLog } from './write-log.ts';
import { type WriteStore } from './write-store.ts';

/** How many entries one call forgets. The log's script takes longer with more entries. */
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
  readonly #store: WriteStore;
  readonly #bases: Bases;
  #running: Promise<void> | undefined;

  constructor(log: WriteLog, store: WriteStore, bases: Bases) {
    this.#log = log;
    this.#store = store;
    this.#bases = bases;
  }

  async settle(log: string, entries: readonly LogEntry[], through: number): Promise<void> {
    const areForgotten = await this.#bases.forget(entries);
    await this.#log.settle(log, through, areForgotten);
  }

  /** Settles everything that the store has applied. Concurrent calls share one run. */
  settleWhatIsApplied(): Promise<void> {
    this.#running ??= this.#settleAll().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #settleAll(): Promise<void> {
    const position = await this.#store.position();
    for (;;) {
      const { entries, state } = await this.#log.read(0, STEP);
      if (state.settled >= position) return;
      const applied = entries.filter((entry) => entry.position <= position);
      // Without one, the entries up to the position were lost.
      await this.settle(state.log, applied, applied.at(-1)?.position ?? position);
    }
  }
}
