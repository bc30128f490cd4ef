import { AcquireRefused, AskingCallers, type Clock, InterruptibleWait } from '@groundwork/resilience';
import { type Admission } from './admission.ts';
import { WriteBehindClosed, WriteLogFull, WriteLogUnavailable } from './errors.ts';
import { type AppendAnswer, type LogLimits, type Seen, type Write, type WriteLog } from './write-log.ts';

export interface AppendOptions {
  /** How long the caller waits for room in the log, or for a server that does not answer. Default: `maxWaitMs`. */
  readonly timeoutMs?: number | undefined;
  /** Aborts the wait. A write that was sent already may be acknowledged. */
  readonly signal?: AbortSignal | undefined;
}

export interface AppenderOptions {
  readonly log: WriteLog;
  readonly admission: Admission;
  readonly limits: LogLimits;
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
  readonly clock: Clock;
}

/** How often a caller without room asks the log, if no message of the log wakes it. */
const ASK_MS = 100;
const [FIRST_RETRY_MS, LONGEST_RETRY_MS] = [20, 500];

/** Appends writes to the log. Callers wait while the log is full, about in the order of their calls. */
export class Appender {
  readonly #options: AppenderOptions;
  readonly #callers: AskingCallers;
  /** Bytes of the writes that are not acknowledged yet. The memory of this process must hold them. */
  #bytes = 0;
  #isClosed = false;

  constructor(options: AppenderOptions) {
    this.#options = options;
    const { log, maxWaiting, maxWaitMs, clock } = options;
    this.#callers = new AskingCallers(
      {
        what: 'write-behind log',
        begin: () => log.onChange(() => this.#callers.wait.interrupt()),
        serve: (first) => this.#serve(first.units),
      },
      { maxQueue: maxWaiting, maxWaitMs, clock },
    );
  }

  /** Number of callers that wait for room. */
  get waiting(): number {
    return this.#callers.size;
  }

  /**
   * Returns the position of the acknowledged write, or undefined when the key may have changed since `seen`.
   *
   * @throws {WriteLogFull} after the wait, or at once if the writes of this process that wait have `maxBytes`. Nothing was written.
   * @throws {WriteLogUnavailable} after the wait, or at once when a repetition could write twice
   * @throws {WriteBehindClosed} when this process shuts down
   */
  async append(write: Write, options: AppendOptions, seen?: Seen): Promise<number | undefined> {
    const { timeoutMs = this.#options.maxWaitMs } = options;
    if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs: expected milliseconds above 0, got ${timeoutMs}`);
    const bytes = sizeOf(write);
    if (this.#bytes + bytes > this.#options.limits.maxBytes)
      throw new WriteLogFull('the writes of this process that wait for the write-behind log have `maxBytes`');
    this.#bytes += bytes;
    try {
      return await this.#append(write, bytes, timeoutMs, options.signal, seen);
    } finally {
      this.#bytes -= bytes;
    }
  }

  async #append(
    write: Write,
    bytes: number,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    seen: Seen | undefined,
  ): Promise<number | undefined> {
    const { clock, admission } = this.#options;
    const deadline = clock.monotonicMs() + timeoutMs;
    for (let isFirst = true; ; isFirst = false) {
      // Callers that wait already come first.
      if (isFirst && this.#callers.size > 0) await this.#waitForRoom(bytes, deadline, signal);
      signal?.throwIfAborted();
      if (this.#isClosed) throw new WriteBehindClosed();
      const before = write.idempotencyKey === undefined ? admission.acknowledged : undefined;
      const answer = await this.#try(write, seen, deadline, signal);
      if (answer.outcome === 'appended') {
        admission.record(answer.position, before);
        return answer.position;
      }
      if (answer.outcome === 'changed') return undefined;
      // The log may be full in a way that its state does not show: its server has no memory.
      if (!isFirst) await new InterruptibleWait(clock).wait(ASK_MS);
      await this.#waitForRoom(bytes, deadline, signal);
    }
  }

  /** Refuses the callers that wait, and every later one. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#callers.close();
  }

  /** Repeats the call until the deadline, if that cannot write twice. */
  async #try(
    write: Write,
    seen: Seen | undefined,
    deadline: number,
    signal?: AbortSignal,
  ): Promise<AppendAnswer> {
    const { log, limits, admission, clock } = this.#options;
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(LONGEST_RETRY_MS, 2 * retryMs)) {
      try {
        const answer = await log.append(write, limits, seen);
        if (answer.outcome !== 'not-admitted') return answer;
        await admission.admit();
        if (clock.monotonicMs() < deadline) continue;
        throw new WriteLogUnavailable('not-written');
      } catch (error) {
        const isLate = clock.monotonicMs() + retryMs >= deadline;
        if (this.#isClosed || isLate || !canRepeat(write, error)) throw error;
      }
      signal?.throwIfAborted();
      await new InterruptibleWait(clock).wait(retryMs);
    }
  }

  async #waitForRoom(bytes: number, deadline: number, signal: AbortSignal | undefined): Promise<void> {
    const timeoutMs = deadline - this.#options.clock.monotonicMs();
    if (timeoutMs <= 0) throw new WriteLogFull('the write-behind log is full');
    try {
      await this.#callers.enter(bytes, { timeoutMs, signal });
    } catch (cause) {
      if (!(cause instanceof AcquireRefused)) throw cause;
      if (cause.reason === 'closed') throw new WriteBehindClosed();
      throw new WriteLogFull(`the write-behind log is full: ${cause.message}`, { cause });
    }
  }

  /** Grants the first caller when the log has room for it. Another process may be faster; then the caller waits again. */
  async #serve(bytes: number): Promise<void> {
    const { log, limits } = this.#options;
    this.#callers.wait.reset();
    const state = await log.read(Number.MAX_SAFE_INTEGER, 0).then(
      (answer) => answer.state,
      () => undefined,
    );
    const { first } = this.#callers;
    if (first === undefined) return;
    if (state !== undefined && state.entries < limits.maxEntries && state.bytes + bytes <= limits.maxBytes)
      return this.#callers.grant(first);
    await this.#callers.wait.wait(ASK_MS);
  }
}

/** A document that is put on a condition is not repeated: its own first attempt would look like the write of another caller. */
function canRepeat(write: Write, error: unknown): boolean {
  if (!(error instanceof WriteLogUnavailable)) return false;
  return error.outcome === 'not-written' || write.idempotencyKey !== undefined;
}

/** What an entry counts against `maxBytes`: its text, and a part for the structures around it. */
const OVERHEAD_BYTES = 256;

export function sizeOf({ collection, key, change, idempotencyKey = '' }: Write): number {
  const text = collection + key + idempotencyKey + (change.op === 'put' ? change.json : '');
  return Buffer.byteLength(text) + OVERHEAD_BYTES;
}
