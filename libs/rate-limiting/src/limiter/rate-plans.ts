import { type Charge } from '../gcra/charge.ts';
import { InvalidRatePolicy, type RatePolicy } from '../gcra/rate-policy.ts';

/** A plan that is not configured, returned by `planOf`. */
export class UnknownRatePlan extends Error {
  readonly code = 'unknown-rate-plan';
  readonly retryable = false;
}

export interface RatePlansOptions<Plan extends string> {
  /**
   * The policies of each plan. Policies of the same name share the count of a key, so a key that changes its plan keeps what it
   * has used. With another name it starts with a full bucket.
   */
  readonly plans: Readonly<Record<Plan, readonly RatePolicy[]>>;
  /** Returns the plan of a key, such as an API key. Called for each request, so answer from memory. */
  readonly planOf: (key: string) => Plan | Promise<Plan>;
}

/** Limits that differ by key: a free and a paid plan, for example. */
export class RatePlans<Plan extends string = string> {
  readonly #plans: ReadonlyMap<string, readonly RatePolicy[]>;
  readonly #planOf: (key: string) => Plan | Promise<Plan>;

  /** @throws {InvalidRatePolicy} for a plan without policies */
  constructor({ plans, planOf }: RatePlansOptions<Plan>) {
    this.#plans = new Map(Object.entries<readonly RatePolicy[]>(plans));
    this.#planOf = planOf;
    for (const [plan, policies] of this.#plans)
      if (policies.length === 0)
        throw new InvalidRatePolicy(
          `plan ${plan}: expected at least one policy; a shadow policy only counts`,
        );
  }

  /**
   * Returns what a request of the key costs under each policy of its plan, for `Limiter.takeAll`.
   *
   * @throws {UnknownRatePlan}
   */
  async chargesOf(key: string, cost = 1): Promise<Charge[]> {
    const plan = await this.#planOf(key);
    const policies = this.#plans.get(plan);
    if (policies === undefined) {
      const known = [...this.#plans.keys()].join(', ');
      throw new UnknownRatePlan(`planOf returned ${JSON.stringify(plan)}; expected one of ${known}`);
    }
    return policies.map((policy) => ({ policy, key, cost }));
  }
}
