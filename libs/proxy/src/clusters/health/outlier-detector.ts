import { type Clock, SYSTEM_CLOCK } from '@groundwork/resilience';
import { SlidingSums } from '../../sliding-sums.ts';

export interface OutlierOptions {
  /** So many failures in a row eject an endpoint, if the others fail so rarely that chance explains no such run. Default: 5. */
  readonly consecutiveFailures?: number;
  /** A larger share of failures ejects an endpoint, if the others fail at most half as often. Default: 0.5. */
  readonly failureShare?: number;
  /** A mean latency so many times that of the others ejects an endpoint. Default: 5. */
  readonly latencyFactor?: number;
  /** A smaller mean latency ejects no endpoint. Default: 100. */
  readonly minLatencyMs?: number;
  /** Shares and means need so many responses in the window. Default: 10. */
  readonly minResponses?: number;
  /** Default: 2,000. */
  readonly windowMs?: number;
  /** The first ejection. Each further one is twice as long. Default: 5,000. */
  readonly firstEjectionMs?: number;
  /** Default: 60,000. */
  readonly longestEjectionMs?: number;
  /** At most this share of the endpoints is ejected at the same time, rounded down. Default: 0.5. */
  readonly maxEjectedShare?: number;
  readonly clock?: Clock;
}

/** The chance that an endpoint that is as good as the others has a run of failures that ejects it. */
const LARGEST_CHANCE = 1e-6;
const [SUCCESSES, FAILURES, LATENCY] = [0, 1, 2];

interface Record {
  readonly sums: SlidingSums;
  failuresInARow: number;
  ejections: number;
  ejectedUntil: number;
}

interface Totals {
  readonly responses: number;
  readonly failures: number;
  readonly latencyMs: number;
}

/**
 * Finds endpoints that behave worse than the others, in the traffic itself (passive health checks), and ejects them for a while. An
 * endpoint is compared with the others, because a fault that all have is not its own: then ejections would only take capacity.
 *
 * The rules are those of Envoy's outlier detection, with shares in place of deviations, which need at least five endpoints.
 */
export class OutlierDetector<Endpoint extends object> {
  readonly #options: Required<OutlierOptions>;
  readonly #records = new Map<Endpoint, Record>();

  constructor(options: OutlierOptions = {}) {
    this.#options = {
      consecutiveFailures: 5,
      failureShare: 0.5,
      latencyFactor: 5,
      minLatencyMs: 100,
      minResponses: 10,
      windowMs: 2_000,
      firstEjectionMs: 5_000,
      longestEjectionMs: 60_000,
      maxEjectedShare: 0.5,
      clock: SYSTEM_CLOCK,
      ...options,
    };
  }

  add(endpoint: Endpoint): void {
    const { windowMs, clock } = this.#options;
    this.#records.set(endpoint, {
      sums: new SlidingSums({ series: 3, windowMs, clock }),
      failuresInARow: 0,
      ejections: 0,
      ejectedUntil: Number.NEGATIVE_INFINITY,
    });
  }

  remove(endpoint: Endpoint): void {
    this.#records.delete(endpoint);
  }

  isEjected(endpoint: Endpoint): boolean {
    const record = this.#records.get(endpoint);
    return record !== undefined && this.#isOut(record);
  }

  /** Counts a response. @param latencyMs from sending the request to the head of the response */
  succeeded(endpoint: Endpoint, latencyMs: number): void {
    const record = this.#records.get(endpoint);
    if (!record) return;
    record.failuresInARow = 0;
    record.sums.add(SUCCESSES);
    record.sums.add(LATENCY, latencyMs);
  }

  /** Counts a response of 500 or more, a timeout, or a connection that broke before the response. */
  failed(endpoint: Endpoint): void {
    const record = this.#records.get(endpoint);
    if (!record) return;
    record.failuresInARow += 1;
    record.sums.add(FAILURES);
    if (record.failuresInARow >= this.#options.consecutiveFailures) this.#ejectIfNoChance(record);
  }

  /** Compares the endpoints. Call it several times within `windowMs`. */
  compare(): void {
    for (const record of this.#records.values()) {
      const { responses, failures, latencyMs } = this.#totals([record]);
      if (responses < this.#options.minResponses || this.#isOut(record)) continue;
      const share = failures / responses;
      if (share >= this.#options.failureShare) this.#ejectIfOthersFailLess(record, share);
      else if (latencyMs >= this.#options.minLatencyMs) this.#ejectIfOthersAreFaster(record, latencyMs);
    }
  }

  /** When a dependency of all endpoints fails for some requests, each endpoint has runs of failures by chance. */
  #ejectIfNoChance(record: Record): void {
    const { responses, failures } = this.#totals(this.#othersOf(record));
    const share = responses === 0 ? 0 : failures / responses;
    if (share ** record.failuresInARow < LARGEST_CHANCE) this.#eject(record);
  }

  #ejectIfOthersFailLess(record: Record, share: number): void {
    const others = this.#totals(this.#othersOf(record));
    if (others.failures <= (share / 2) * others.responses) this.#eject(record);
  }

  #ejectIfOthersAreFaster(record: Record, latencyMs: number): void {
    const { minResponses, latencyFactor } = this.#options;
    const others = this.#totals(this.#othersOf(record));
    const successes = others.responses - others.failures;
    if (successes >= minResponses && latencyMs >= latencyFactor * others.latencyMs) this.#eject(record);
  }

  #eject(record: Record): void {
    const { firstEjectionMs, longestEjectionMs, maxEjectedShare, clock } = this.#options;
    if (this.#isOut(record)) return;
    const out = [...this.#records.values()].filter((other) => this.#isOut(other)).length;
    if (out + 1 > Math.floor(maxEjectedShare * this.#records.size)) return;
    const now = clock.monotonicMs();
    // It was good for long enough to be trusted again.
    if (now - record.ejectedUntil > longestEjectionMs) record.ejections = 0;
    record.ejectedUntil = now + Math.min(firstEjectionMs * 2 ** record.ejections, longestEjectionMs);
    record.ejections += 1;
    record.failuresInARow = 0;
    record.sums.clear();
  }

  #isOut({ ejectedUntil }: Record): boolean {
    return this.#options.clock.monotonicMs() < ejectedUntil;
  }

  #othersOf(record: Record): Record[] {
    return [...this.#records.values()].filter((other) => other !== record);
  }

  #totals(records: readonly Record[]): Totals {
    const sum = (series: number) => records.reduce((total, { sums }) => total + sums.sum(series), 0);
    const [successes, failures] = [sum(SUCCESSES), sum(FAILURES)];
    return {
      responses: successes + failures,
      failures,
      latencyMs: successes === 0 ? 0 : sum(LATENCY) / successes,
    };
  }
}
