import { type Clock, SYSTEM_CLOCK } from '@groundwork/resilience';
import { SlidingSums } from '../sliding-sums.ts';

export interface RetryBudgetOptions {
  /** Retries that do not help, as a share of the requests. Default: 0.2. */
  readonly ratio?: number;
  /** So many retries are allowed for few requests. Default: 10. */
  readonly reserve?: number;
  /** How long a retry that did not help counts. Default: 10,000. */
  readonly windowMs?: number;
  readonly clock?: Clock;
}

const [SPENT, REQUESTS] = [0, 1];

/**
 * Limits the load that retries add to a failing cluster. A retry costs one unit, and gives it back when it succeeds: the crash of
 * one of several endpoints costs nothing, and an outage of all uses the budget up at once.
 *
 * Requests count only while the budget is in use. So healthy hours save nothing for an outage (saved tokens would be spent by its
 * first requests, when the cluster needs its capacity most). During an outage the number of retries is at most the largest of
 * `reserve`, `ratio` × the requests since its begin, and `ratio` × the requests in flight.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  readonly #sums: SlidingSums;

  constructor({
    ratio = 0.2,
    reserve = 10,
    windowMs = 10_000,
    clock = SYSTEM_CLOCK,
  }: RetryBudgetOptions = {}) {
    this.#ratio = ratio;
    this.#reserve = reserve;
    this.#sums = new SlidingSums({ series: 2, windowMs, clock });
  }

  /** Counts a request. Retries are not requests. */
  countRequest(): void {
    if (this.#sums.sum(SPENT) > 0) this.#sums.add(REQUESTS);
  }

  /**
   * Takes one retry out of the budget.
   *
   * @param inFlight the requests of the cluster that are in flight
   * @returns whether the budget allows the retry
   */
  take(inFlight: number): boolean {
    const load = Math.max(this.#sums.sum(REQUESTS), inFlight);
    if (this.#sums.sum(SPENT) + 1 > Math.max(this.#reserve, this.#ratio * load)) return false;
    this.#sums.add(SPENT);
    return true;
  }

  /** Gives back the unit of a retry that got a response below 500. */
  giveBack(): void {
    if (this.#sums.sum(SPENT) > 0) this.#sums.add(SPENT, -1);
  }
}
