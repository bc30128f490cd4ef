import { type ConcurrencyLimiter } from '../src/concurrency/concurrency-limiter.ts';

export interface PeerLoad {
  /** Calls that arrive in a second, at random moments. */
  readonly callsPerSecond: number;
  readonly seconds: number;
}

export interface PeerReport {
  /** Calls that the peer has answered, in a second. */
  readonly perSecond: number;
  /** Half of the admitted calls took at most this long, in milliseconds. */
  readonly medianMs: number;
  readonly mostInFlight: number;
  readonly refused: number;
}

/**
 * A peer with workers and a queue in front of them, as most servers are, in simulated time. A call takes a random time of the
 * same mean, plus its wait in the queue.
 */
export class SimulatedPeer {
  nowMs = 0;
  workers: number;
  meanMs: number;
  readonly #random: () => number;
  readonly #events: { readonly at: number; readonly run: () => void }[] = [];
  readonly #queue: (() => void)[] = [];
  #busy = 0;

  constructor({ workers, meanMs, random }: { workers: number; meanMs: number; random: () => number }) {
    [this.workers, this.meanMs, this.#random] = [workers, meanMs, random];
  }

  /** Sends calls to the peer through the limiter; without one, all of them. Ends when the last of them has ended. */
  load(limiter: ConcurrencyLimiter | undefined, { callsPerSecond, seconds }: PeerLoad): PeerReport {
    const end = this.nowMs + seconds * 1_000;
    const durations: number[] = [];
    let [refused, mostInFlight, inFlight] = [0, 0, 0];
    const arrive = () => {
      if (this.nowMs > end) return;
      this.#after(this.#exponential(1_000 / callsPerSecond), arrive);
      const call = limiter?.tryStart();
      if (limiter !== undefined && call === undefined) return void (refused += 1);
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      const startedAt = this.nowMs;
      this.#serve(() => {
        inFlight -= 1;
        if (this.nowMs <= end) durations.push(this.nowMs - startedAt);
        call?.end('succeeded');
      });
    };
    this.#after(0, arrive);
    while (this.#events.length > 0) this.#next();
    const sorted = durations.toSorted((a, b) => a - b);
    return {
      perSecond: durations.length / seconds,
      medianMs: sorted[sorted.length >> 1] ?? 0,
      mostInFlight,
      refused,
    };
  }

  #serve(done: () => void): void {
    if (this.#busy >= this.workers) return void this.#queue.push(() => this.#serve(done));
    this.#busy += 1;
    this.#after(this.#serviceMs(), () => {
      this.#busy -= 1;
      done();
      this.#queue.shift()?.();
    });
  }

  /** An Erlang distribution of four phases: most calls take about the mean, few take twice as long. */
  #serviceMs(): number {
    return [1, 2, 3, 4].reduce((sum) => sum + this.#exponential(this.meanMs / 4), 0);
  }

  #exponential(mean: number): number {
    return -mean * Math.log(1 - this.#random());
  }

  #after(ms: number, run: () => void): void {
    const event = { at: this.nowMs + ms, run };
    const position = this.#events.findLastIndex(({ at }) => at <= event.at) + 1;
    this.#events.splice(position, 0, event);
  }

  #next(): void {
    const event = this.#events.shift();
    if (event === undefined) return;
    this.nowMs = event.at;
    event.run();
  }
}
