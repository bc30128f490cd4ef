import { type ConcurrencyLimit } from './concurrency-limit.ts';
import { ConcurrencyLimitReached } from './concurrency-limit-reached.ts';

/**
 * How a call has ended:
 * - `succeeded`: the peer has answered. Its duration is observed, whatever the answer says.
 * - `dropped`: it timed out, or the peer answered that it is overloaded.
 * - `ignored`: its duration says nothing about the peer, for example because the caller aborted it.
 */
export type CallOutcome = 'succeeded' | 'dropped' | 'ignored';

/** A call in flight. It must end once; only the first end counts. */
export interface Call {
  end(outcome: CallOutcome): void;
}

export interface ConcurrencyLimiterOptions {
  /** Monotonic time in milliseconds. Default: performance.now. */
  readonly now?: () => number;
}

/**
 * Refuses calls above a limit that adapts to what the peer can take. A refused call costs nothing, so that a flood leaves the
 * duration of the admitted calls unchanged: the refused ones are shed instead of queued.
 */
export class ConcurrencyLimiter {
  readonly #limit: ConcurrencyLimit;
  readonly #now: () => number;
  #inFlight = 0;

  constructor(limit: ConcurrencyLimit, { now = () => performance.now() }: ConcurrencyLimiterOptions = {}) {
    this.#limit = limit;
    this.#now = now;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** The number of calls that may be in flight now. */
  get limit(): number {
    return this.#limit.current;
  }

  /** @returns undefined when the limit is reached */
  tryStart(): Call | undefined {
    if (this.#inFlight >= this.#limit.current) return undefined;
    this.#inFlight += 1;
    const inFlight = this.#inFlight;
    const startedAt = this.#now();
    let hasEnded = false;
    return {
      end: (outcome) => {
        if (hasEnded) return;
        hasEnded = true;
        this.#inFlight -= 1;
        if (outcome === 'ignored') return;
        const endedAt = this.#now();
        const wasDropped = outcome === 'dropped';
        this.#limit.observe({ durationMs: endedAt - startedAt, inFlight, wasDropped }, endedAt);
      },
    };
  }

  /**
   * Runs a call.
   *
   * @param outcomeOf what an error of the call says about the peer. Default: a `TimeoutError` is `dropped`, any other error is
   *   `ignored`
   * @throws {ConcurrencyLimitReached} instead of running it, when the limit is reached
   * @throws the error of the call
   */
  async run<Result>(
    work: () => Promise<Result>,
    outcomeOf: (error: unknown) => CallOutcome = timeoutsAreDropped,
  ): Promise<Result> {
    const call = this.tryStart();
    if (call === undefined) throw new ConcurrencyLimitReached(this.limit);
    try {
      const result = await work();
      call.end('succeeded');
      return result;
    } catch (error) {
      // Counts even if `outcomeOf` throws: otherwise the call would be in flight for ever.
      let outcome: CallOutcome = 'ignored';
      try {
        outcome = outcomeOf(error);
      } finally {
        call.end(outcome);
      }
      throw error;
    }
  }
}

function timeoutsAreDropped(error: unknown): CallOutcome {
  return error instanceof Error && error.name === 'TimeoutError' ? 'dropped' : 'ignored';
}
