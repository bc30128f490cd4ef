/** The answers that the calls of one turn wait for. */
interface Turn {
  readonly expiries: Set<() => void>;
  timer?: NodeJS.Timeout;
}

/**
 * Bounds the time of many answers like `withinDeadline`, with one timer for all calls of a turn of the event loop: setting a timer
 * for each call takes longer than a call that shares its command with others.
 *
 * The time begins at the end of the turn. Work that is sent then (`TurnBatches`) must not lose the time that its turn took.
 */
export class TurnDeadlines {
  readonly #limitMs: number;
  readonly #expired: () => Error;
  #turn: Turn | undefined;

  constructor(limitMs: number, expired: () => Error) {
    this.#limitMs = limitMs;
    this.#expired = expired;
  }

  /** Returns the outcome of the work, or rejects with `expired()`. */
  within<T>(work: PromiseLike<T> | T): Promise<T> {
    return new Promise((resolve, reject) => {
      const turn = (this.#turn ??= this.#begin());
      const expire = () => reject(this.#expired());
      const settled = () => {
        turn.expiries.delete(expire);
        if (turn.expiries.size === 0) clearTimeout(turn.timer);
      };
      turn.expiries.add(expire);
      Promise.resolve(work).then(
        (outcome) => {
          settled();
          resolve(outcome);
        },
        (error: unknown) => {
          settled();
          reject(error);
        },
      );
    });
  }

  #begin(): Turn {
    const turn: Turn = { expiries: new Set() };
    setImmediate(() => {
      this.#turn = undefined;
      if (turn.expiries.size === 0) return;
      // Node runs due timers before it reads sockets: an answer that has arrived during a stall is read before the calls are abandoned.
      turn.timer = setTimeout(
        () => setImmediate(() => turn.expiries.forEach((expire) => expire())),
        this.#limitMs,
      );
      turn.timer.unref();
    });
    return turn;
  }
}
