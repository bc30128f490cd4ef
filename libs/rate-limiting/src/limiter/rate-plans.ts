import { InvalidRatePolicy, type RatePolicy } from '../gcra/rate-policy.ts';

/** A plan that is not configured, returned by `planOf`. */
export class UnknownRatePlan extends Error {
  readonly code = 'unknown-rate-plan';
  readonly retryable = false;
}

export interface RatePlansOptions<Customer, Plan extends string> {
  /**
   * The policies of each plan. Policies of the same name share the count of a key, so a key that changes its plan keeps what it
   * has used. With another name it starts with a full bucket.
   */
  readonly plans: Readonly<Record<Plan, readonly RatePolicy[]>>;
  /** Returns the plan of a customer, an API key, a request, … Called for each request, so answer from memory. */
  readonly planOf: (customer: Customer) => Plan | Promise<Plan>;
}

/** Limits that differ by customer: a free and a paid plan, for example. */
export class RatePlans<Customer, Plan extends string = string> {
  readonly #plans: ReadonlyMap<string, readonly RatePolicy[]>;
  readonly #planOf: (customer: Customer) => Plan | Promise<Plan>;

  /** @throws {InvalidRatePolicy} for a plan without policies */
  constructor({ plans, planOf }: RatePlansOptions<Customer, Plan>) {
    this.#plans = new Map(Object.entries<readonly RatePolicy[]>(plans));
    this.#planOf = planOf;
    for (const [plan, policies] of this.#plans)
      if (policies.length === 0)
        throw new InvalidRatePolicy(
          `plan ${plan}: expected at least one policy; a shadow policy only counts`,
        );
  }

  /**
   * Returns the policies of a customer's plan.
   *
   * @throws {UnknownRatePlan}
   */
  async policiesOf(customer: Customer): Promise<readonly RatePolicy[]> {
    const plan = await this.#planOf(customer);
    const policies = this.#plans.get(plan);
    if (policies !== undefined) return policies;
    const known = [...this.#plans.keys()].join(', ');
    throw new UnknownRatePlan(`planOf returned ${JSON.stringify(plan)}; expected one of ${known}`);
  }
}
