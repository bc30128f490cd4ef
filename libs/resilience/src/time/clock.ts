/** Time, and a timer. A test or a simulation passes its own. */
export interface Clock {
  /** Time since any fixed instant. It never jumps. */
  monotonicMs(): number;
  /** Milliseconds since 1970. It may jump. */
  wallMs(): number;
  /**
   * Calls `wake` once, after the delay. The call may be late, or up to a millisecond early.
   *
   * @returns a function that cancels the call
   */
  after(delayMs: number, wake: () => void): () => void;
}

/** `setTimeout` calls at once for a longer delay. A timer of this length is set again when it ends. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clocks and timers of this process. */
export const SYSTEM_CLOCK: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (delayMs, wake) => {
    const timer = setTimeout(wake, Math.min(Math.ceil(delayMs), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
