import { StaleClaimError } from '../fence/stale-claim.error.ts';
import { HandlerTimeoutError } from './handler-timeout.error.ts';

/** One call of a handler, as the handler sees it. */
export interface Attempt {
  /** Aborted with a HandlerTimeoutError when the handler has not come back in time. */
  readonly signal: AbortSignal;
}

export interface RunningAttemptsOptions {
  /** How long a handler may take before its signal is aborted. */
  readonly limitMs: number;
  /** Called with the offset of the (first) event, once for each attempt that takes longer. */
  readonly overdue: (offset: string) => void;
}

/**
 * The handlers of a partition that run, each with a limit of time. At the limit a handler's signal is aborted; it is never left
 * alone: until it comes back its event is under way, its key waits, and nothing of either is started again in this process. One
 * that ignores its signal and succeeds has succeeded. One that never comes back is seen by its age (`oldestSince`): liveness
 * fails, and the process that is started next counts a death of the event (see StartedAttempts).
 */
export class RunningAttempts {
  /** In the order in which they began. */
  private readonly running = new Set<RunningAttempt>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: RunningAttemptsOptions) {}

  /** When the attempt began that has run longest: ms since 1970; undefined while none runs. */
  get oldestSince(): number | undefined {
    const [oldest] = this.running;
    return oldest?.since;
  }

  /** @throws what the handler throws; a HandlerTimeoutError instead, when it throws after its signal was aborted */
  async run<Result>(offset: string, handle: (attempt: Attempt) => Promise<Result>): Promise<Result> {
    const attempt = new RunningAttempt(offset);
    this.running.add(attempt);
    this.watch();
    try {
      return await handle(attempt);
    } catch (error) {
      if (attempt.timeout === undefined || error instanceof StaleClaimError) throw error;
      // Also an error that blames infrastructure counts as an attempt: otherwise the event would be held for ever.
      throw error === attempt.timeout ? error : new HandlerTimeoutError(this.options.limitMs, error);
    } finally {
      this.running.delete(attempt);
    }
  }

  /** One timer for all: they have the same limit, so the first to begin is the first to be over. */
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

  /** Made when it is first asked for: few handlers do, and there are tens of thousands a second. */
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
