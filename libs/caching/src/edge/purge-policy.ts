import { type EdgeUnavailableError } from '../errors/edge-unavailable.error.ts';
import { assertPositive } from '../values/assert-positive.ts';
import { type PurgeJob, type PurgeProgress } from './purge-store.ts';

export interface PurgePolicyOptions {
  /**
   * Time from a confirmed purge to the second one. A fetch that was in flight during the first purge may put the old object back. So it
   * should be above the time of the slowest response of the origin: with the cache's defaults, a wait for the load of another process and
   * the limit of a load. Default: 10,000.
   */
  readonly secondPurgeMs?: number;
  /** How long failed purges are retried, and at least three times. Default: 24 hours. */
  readonly maxAgeMs?: number;
  /** Attempts of a purge that the edge refuses. Default: 3. */
  readonly maxRefusals?: number;
  /** The longest wait after a first failure; doubled with each further one. Default: 500. */
  readonly firstRetryMs?: number;
  /** The longest wait after any failure. Default: 30,000. */
  readonly lastRetryMs?: number;
}

/** The progress of a job that is due again. */
export type NextPurge = PurgeProgress & { readonly dueInMs: number };

/** What follows a failure. `isGivenUp`: the failure is reported and the job removed; `next` follows if it could not be reported. */
export interface FailedPurge {
  readonly next: NextPurge;
  readonly isGivenUp: boolean;
}

const PURGES = 2;
/** A longer Retry-After is a fault, and would stop the queue. */
const LONGEST_RETRY_AFTER_MS = 900_000;
const DAY_MS = 86_400_000;
/** A purge is not given up because of its age after fewer failures. */
const LEAST_ATTEMPTS = 3;

/** Decides what follows an attempt. It has no state. */
export class PurgePolicy {
  readonly #options: Required<PurgePolicyOptions>;
  readonly #random: () => number;

  /** @throws {RangeError} for a time or number that is not finite and above 0 */
  constructor(options: PurgePolicyOptions, random: () => number) {
    const { secondPurgeMs = 10_000, maxAgeMs = DAY_MS, maxRefusals = 3 } = options;
    const { firstRetryMs = 500, lastRetryMs = 30_000 } = options;
    this.#options = { secondPurgeMs, maxAgeMs, maxRefusals, firstRetryMs, lastRetryMs };
    for (const [name, value] of Object.entries(this.#options)) assertPositive(name, value);
    this.#random = random;
  }

  /** Returns undefined when the job is finished. */
  confirmed(job: PurgeJob): NextPurge | undefined {
    const purges = job.purges + 1;
    if (purges >= PURGES) return undefined;
    return { purges, failures: 0, refusals: 0, dueInMs: this.#options.secondPurgeMs };
  }

  /** Only an error that says so is final. A fault of an adapter is retried. */
  failed({ purges, ageMs, ...job }: PurgeJob, error: unknown): FailedPurge {
    const failures = job.failures + 1;
    // An outage between two refusals changes nothing: this target still has to be sent alone.
    const refusals = isRefusal(error) ? job.refusals + 1 : job.refusals;
    const { maxAgeMs, maxRefusals } = this.#options;
    const dueInMs = Math.max(this.retryInMs(failures), retryAfterOf(error) ?? 0);
    // After a long stop of the workers, the first attempt is not the last one.
    const isTooOld = ageMs >= maxAgeMs && failures >= LEAST_ATTEMPTS;
    const isGivenUp = refusals >= maxRefusals || isTooOld;
    return { next: { purges, failures, refusals, dueInMs }, isGivenUp };
  }

  /** Exponential, with jitter: between half of the time and all of it, so that the purges of an outage come apart. */
  retryInMs(failures: number): number {
    const { firstRetryMs, lastRetryMs } = this.#options;
    const longestMs = Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 50));
    return longestMs * (0.5 + this.#random() / 2);
  }
}

/** Returns how long the edge asks to wait, within bounds. */
export function retryAfterOf(error: unknown): number | undefined {
  const { retryAfterMs } = (error ?? {}) as Partial<EdgeUnavailableError>;
  return retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
}

function isRefusal(error: unknown): boolean {
  return (error as { retryable?: unknown } | undefined)?.retryable === false;
}
