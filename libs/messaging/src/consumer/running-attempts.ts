import { StaleClaimError } from '../fence/stale-claim.error.ts';
import { HandlerTimeoutError } from './handler-timeout.error.ts';

/** One call of a handler, as the handler sees it. */
export interface Attempt {
  /** Aborted with a HandlerTimeoutError when the handler exceeds its time limit. */
  readonly signal: AbortSignal;
}

export interface RunningAttemptsOptions {
  /** How long a handler may run before its signal is aborted. */
  readonly limitMs: number;
  /** Called with the offset of the (first) event, once for each attempt that exceeds the limit. */
  readonly overdue: (offset: string) => void;
}

/**
 * Runs the handlers of a partition, each with a time limit. At the limit the handler's signal is aborted, but the handler is
 * not abandoned: until it returns, its event is in progress, its key waits, and neither is started again in this process. A
 * handler that ignores its signal and succeeds has succeeded. A handler that never returns is detected by its age
 * (`oldestSince`): liveness fails, and the process that is started next counts a death of the event (see StartedAttempts).
 */
export class RunningAttempts {
  /** In the order in which they started. */
  private readonly running = new Set<RunningAttempt>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: RunningAttemptsOptions) {}

  /** When the longest-running attempt started: ms since 1970; undefined while none runs. */
  get oldestSince(): number | undefined {
    const [oldest] = this.running;
    return oldest?.since;
  }

  /** @throws the error of the handler; a HandlerTimeoutError instead, when it throws after its signal was aborted */
  async run<Result>(offset: string, handle: (attempt: Attempt) => Promise<Result>): Promise<Result> {
    const attempt = new RunningAttempt(offset);
    this.running.add(attempt);
    this.watch();
    try {
      return await handle(attempt);
    } catch (error) {
      if (attempt.timeout === undefined || error instanceof StaleClaimError) throw error;
      // An infrastructure error counts as an attempt here too: otherwise the event would be held for ever.
      throw error === attempt.timeout ? error : new HandlerTimeoutError(this.options.limitMs, error);
    } finally {
      this.running.delete(attempt);
    }
  }

  /** Uses one timer for all attempts: they have the same limit, so the first to start is the first to exceed it. */
  private watch(): void {
    if (this.timer !== undefined) return;
    for (const { timeout, since } of this.running) {
      if (timeout !== undefined) continue;
      const leftMs = since + this.options.limitMs - Date.now();
      this.timer = setTimeout(() => this.abortOverdue(), Math.max(0, leftMs)).unref();
      return;
    }
  }

  private abortOverdue(): void {
    this.timer = undefined;
    const { limitMs, overdue } = this.options;
    for (const attempt of this.running) {
      if (attempt.since + limitMs > Date.now()) break;
      if (attempt.timeout !== undefined) continue;
      attempt.abort(new HandlerTimeoutError(limitMs));
      overdue(attempt.offset);
    }
    this.watch();
  }
}

class RunningAttempt implements Attempt {
  readonly since = Date.now();
  timeout: HandlerTimeoutError | undefined;
  private controller: AbortController | undefined;

  constructor(readonly offset: string) {}

  /** Created on first use: few handlers use it, and tens of thousands run in a second. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.timeout !== undefined) this.controller.abort(this.timeout);
    return this.controller.signal;
  }

  abort(timeout: HandlerTimeoutError): void {
    this.timeout = timeout;
    this.controller?.abort(timeout);
  }
}
