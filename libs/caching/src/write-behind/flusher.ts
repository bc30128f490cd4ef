import { type Clock, InterruptibleWait, type LeasedSemaphore, type Permit } from '@groundwork/resilience';
import { type Admission, type Loss } from './admission.ts';
import { WriteLogUnavailable } from './errors.ts';
import { type Settlement } from './settlement.ts';
import { type LogEntry, type WriteLog } from './write-log.ts';
import { type ApplyAnswer, type RefusedWrite, type WriteStore } from './write-store.ts';

export interface FlusherOptions {
  readonly log: WriteLog;
  readonly store: WriteStore;
  readonly settlement: Settlement;
  readonly admission: Admission;
  /** One permit: the process that has it flushes. */
  readonly lease: LeasedSemaphore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly batchSize: number;
  readonly lingerMs: number;
  readonly onApplied: (answer: Extract<ApplyAnswer, { outcome: 'applied' }>, count: number) => void;
  readonly onRefused: (refused: RefusedWrite) => void;
  readonly onLoss: (loss: Loss) => void;
  readonly onError: (error: unknown, retryInMs: number) => void;
}

/** A message of the log may be missing, so the flusher looks again after this time. */
const LOOK_AGAIN_MS = 2_000;
const [FIRST_RETRY_MS, LONGEST_RETRY_MS] = [100, 5_000];
/** After as many failures in a row, the process gives the lease to another one. */
const FAILURES_WITH_THE_LEASE = 4;

/**
 * Applies the entries of the log to the store, in batches, in one process at a time.
 *
 *     waits for the lease ──▶ reads the position of the store ──▶ reads a batch ──▶ applies it ──▶ settles it ──┐
 *                                                     ▲                                                        │
 *                                                     └──────────── while it has the lease ◀───────────────────┘
 *
 * The lease saves work. Correctness rests on the position: the store applies a batch only after the position at which it starts, in the
 * same transaction. So a process that was frozen and has lost its lease without noticing applies nothing twice.
 */
export class Flusher {
  readonly #options: FlusherOptions;
  readonly #wait: InterruptibleWait;
  readonly #abort = new AbortController();
  /** Halved after a failure, doubled after a success. */
  #batchSize: number;
  #isDraining = false;
  #ended: Promise<void> | undefined;

  constructor(options: FlusherOptions) {
    this.#options = options;
    this.#wait = new InterruptibleWait(options.clock);
    this.#batchSize = options.batchSize;
  }

  start(): void {
    this.#ended ??= this.#run();
  }

  /** Applies what is left, if this process has the lease, for at most `drainMs`. Then it gives the lease back. Idempotent. */
  async close(drainMs: number): Promise<void> {
    this.#isDraining = true;
    this.#wait.interrupt();
    this.#options.lease.close();
    const cancel = this.#options.clock.after(drainMs, () => {
      this.#abort.abort();
      this.#wait.interrupt();
    });
    await this.#ended;
    cancel();
  }

  async #run(): Promise<void> {
    const stop = this.#options.log.onChange(() => this.#wait.interrupt());
    for (let failures = 0; !this.#isDraining;) {
      try {
        await this.#options.lease.run((permit) => this.#flush(permit), { timeoutMs: Infinity });
        failures = 0;
        await this.#letOthersFlush();
      } catch (error) {
        if (!this.#isDraining) await this.#pause(error, failures++);
      }
    }
    stop();
  }

  async #flush(permit: Permit): Promise<void> {
    let position: number | undefined;
    for (let failures = 0; permit.isHeld && !this.#abort.signal.aborted;) {
      try {
        position ??= await this.#startPosition();
        const next = await this.#step(position);
        if (next === undefined) return;
        position = next;
        failures = 0;
        this.#batchSize = Math.min(this.#options.batchSize, this.#batchSize * 2);
      } catch (error) {
        position = undefined;
        // A smaller batch may succeed where a large one takes too long.
        this.#batchSize = Math.ceil(this.#batchSize / 2);
        failures += 1;
        await this.#pause(error, failures - 1);
        // Another process may reach the store.
        if (failures >= FAILURES_WITH_THE_LEASE && !this.#isDraining) return;
      }
    }
  }

  async #startPosition(): Promise<number> {
    await this.#options.admission.admit();
    return this.#options.store.position();
  }

  /** Returns the position after one batch, or undefined when the log is empty and this process shuts down. */
  async #step(position: number): Promise<number | undefined> {
    const { log, store, settlement, lingerMs } = this.#options;
    this.#wait.reset();
    const { entries, state } = await log.read(position, this.#batchSize);
    if (state.settled > position) return this.#skipWhatIsLost(position, state.settled, 'store');
    if (state.settled < position) await settlement.settleWhatIsApplied();
    const [first] = entries;
    if (first === undefined) {
      if (this.#isDraining) return undefined;
      await this.#wait.wait(LOOK_AGAIN_MS);
      return position;
    }
    if (first.position > position + 1) return this.#skipWhatIsLost(position, first.position - 1, 'log');
    const batch = entries.length < this.#batchSize ? await this.#linger(position, lingerMs) : entries;
    const answer = await store.apply(state.log, position, batch);
    if (answer.outcome === 'moved') {
      if (answer.position === position) throw new WriteLogUnavailable('not-written');
      return answer.position;
    }
    this.#report(answer, batch.length);
    await settlement.settle(state.log, batch, answer.through);
    return answer.through;
  }

  /** Waits, so that more writes of the same keys come together in one statement. */
  async #linger(position: number, lingerMs: number): Promise<LogEntry[]> {
    this.#wait.reset();
    if (!this.#isDraining) await this.#wait.wait(lingerMs);
    return (await this.#options.log.read(position, this.#batchSize)).entries;
  }

  async #skipWhatIsLost(from: number, to: number, lostBy: Loss['lostBy']): Promise<number> {
    const { store, onLoss } = this.#options;
    // Another process may have applied and settled entries since the position was read.
    const current = await store.position();
    if (current !== from) return current;
    await store.skip(from, to);
    onLoss({ lostBy, from: from + 1, to });
    return to;
  }

  #report(answer: Extract<ApplyAnswer, { outcome: 'applied' }>, count: number): void {
    this.#options.onApplied(answer, count);
    for (const refused of answer.refused) this.#options.onRefused(refused);
  }

  /** The lease was lost or given away: another process that waits for it gets it first. */
  async #letOthersFlush(): Promise<void> {
    this.#wait.reset();
    if (!this.#isDraining) await this.#wait.wait(FIRST_RETRY_MS * (1 + this.#options.random()));
  }

  async #pause(error: unknown, failures: number): Promise<void> {
    const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
    const retryInMs = longestMs * (0.5 + this.#options.random() / 2);
    this.#options.onError(error, retryInMs);
    this.#wait.reset();
    if (!this.#abort.signal.aborted) await this.#wait.wait(retryInMs);
  }
}
