import { assertCharges, type Charge } from '../gcra/charge.ts';
import { type Decision } from '../gcra/decision.ts';
import { localShare, type RatePolicy } from '../gcra/rate-policy.ts';
import { DenialMemory } from '../stores/denial-memory.ts';
import { type LimitStore, LimitStoreUnavailable } from '../stores/limit-store.ts';
import { LocalLimitStore } from '../stores/local-limit-store.ts';
import { CircuitBreaker } from '@groundwork/resilience';
import { type ChargeDecision, type Verdict, verdictOf } from './verdict.ts';

export interface LimiterOptions {
  /** The store that all processes share. Its calls must settle within a bounded time. */
  store: LimitStore;
  /** The number of processes that share the policies. Each admits its part while the store is unavailable. */
  processes: number;
  breaker?: CircuitBreaker;
  local?: LocalLimitStore;
  /** Remembers denials of the store. Default: 10,000 keys. */
  denials?: DenialMemory;
  /** Receives what a shadow policy would have denied. */
  onShadowDenial?: (denial: ChargeDecision) => void;
  /** Receives every failure of the store. */
  onStoreFailure?: (error: unknown) => void;
  /** Is called once for each outage, when the breaker opens: from now on the policies decide. */
  onOutage?: (cause: unknown) => void;
  /** Is called when the store decides again. */
  onRecovery?: () => void;
}

/**
 * Limits that all processes share, and that work while their store is unavailable. While the store answers, the store decides; a denied key costs no round
 * trip until the time at which its cost is admitted again. When the store fails, the policy decides (see `StoreFailureMode`).
 * While the breaker is open, this costs no round trip. When the store answers again, the next trial call closes the breaker.
 */
export class Limiter {
  readonly #store: LimitStore;
  readonly #processes: number;
  readonly #breaker: CircuitBreaker;
  readonly #local: LocalLimitStore;
  readonly #denials: DenialMemory;
  readonly #shares = new WeakMap<RatePolicy, RatePolicy>();
  readonly #onShadowDenial: (denial: ChargeDecision) => void;
  readonly #onStoreFailure: (error: unknown) => void;
  readonly #onOutage: (cause: unknown) => void;
  readonly #onRecovery: () => void;

  /** @throws {RangeError} for a number of `processes` that is not a whole number of at least 1 */
  constructor(options: LimiterOptions) {
    if (!Number.isInteger(options.processes) || options.processes < 1)
      throw new RangeError(`processes: expected a whole number of at least 1, got ${options.processes}`);
    this.#store = options.store;
    this.#processes = options.processes;
    this.#breaker = options.breaker ?? new CircuitBreaker();
    this.#local = options.local ?? new LocalLimitStore();
    this.#denials = options.denials ?? new DenialMemory();
    this.#onShadowDenial = options.onShadowDenial ?? (() => undefined);
    this.#onStoreFailure = options.onStoreFailure ?? (() => undefined);
    this.#onOutage = options.onOutage ?? (() => undefined);
    this.#onRecovery = options.onRecovery ?? (() => undefined);
  }

  /**
   * Takes units of one key. A shadow policy always allows.
   *
   * @throws as `takeAll` does
   */
  take(policy: RatePolicy, key: string, cost = 1): Promise<Decision> {
    return this.#decideOne('take', { policy, key, cost });
  }

  /** Returns the decision of `take` without taking units. Throws as `take` does. */
  peek(policy: RatePolicy, key: string, cost = 1): Promise<Decision> {
    return this.#decideOne('peek', { policy, key, cost });
  }

  /**
   * Takes the units of all charges if every enforced policy admits its charge, and none otherwise: a request that is refused by
   * the limit of its day uses nothing of the limit of its second.
   *
   * @throws {CostExceedsCapacity}, or {RangeError} for invalid charges (see `assertCharges`)
   * @throws {LimitStoreUnavailable} when the store fails and a policy is `closed`
   */
  takeAll(charges: readonly Charge[]): Promise<Verdict> {
    return this.#decide('take', charges);
  }

  /** Returns the verdict of `takeAll` without taking units. Throws as `takeAll` does. */
  peekAll(charges: readonly Charge[]): Promise<Verdict> {
    return this.#decide('peek', charges);
  }

  /**
   * Gives back units that `take` admitted and that were not used, once, to where they were taken.
   *
   * @param decidedBy from the decision of `take`
   * @throws when the store does not answer: the units are then lost, or given back
   */
  async refund(
    policy: RatePolicy,
    key: string,
    cost: number,
    decidedBy: Decision['decidedBy'],
  ): Promise<void> {
    const charge = withoutError({ policy, key, cost });
    assertCharges([charge]);
    if (decidedBy === 'none') return;
    if (decidedBy === 'local') return this.#local.refund([this.#ofShare(charge)]);
    await this.#store.refund([charge]).finally(() => this.#denials.forget(policy, key));
  }

  /**
   * Gives back all units that `takeAll` took and that were not used, once.
   *
   * @throws as `refund` does
   */
  async refundAll(verdict: Verdict): Promise<void> {
    if (!verdict.allowed) return;
    const taken = verdict.decisions.filter(({ decision }) => decision.allowed);
    await Promise.all(
      taken.map(({ policy, key, cost, decision }) => this.refund(policy, key, cost, decision.decidedBy)),
    );
  }

  /** Forgets the key, here and in the store. @throws when the store does not answer */
  async reset(policy: RatePolicy, key: string): Promise<void> {
    await this.#local.reset(policy, key);
    await this.#store.reset(policy, key).finally(() => this.#denials.forget(policy, key));
  }

  ping(): Promise<void> {
    return this.#store.ping();
  }

  async close(): Promise<void> {
    await this.#store.close();
    await this.#local.close();
  }

  async #decideOne(method: 'take' | 'peek', charge: Charge): Promise<Decision> {
    const { allowed, decisions, retryAfterMs } = await this.#decide(method, [charge]);
    const { decision } = decisions[0] as ChargeDecision;
    // A shadow policy that denies has taken nothing: there is nothing to refund.
    return decision.allowed === allowed
      ? decision
      : { ...decision, allowed, retryAfterMs, decidedBy: 'none' };
  }

  async #decide(method: 'take' | 'peek', given: readonly Charge[]): Promise<Verdict> {
    const charges = given.map(withoutError);
    assertCharges(charges);
    // Before the breaker: a remembered denial says nothing about the store.
    const denials = this.#recallDenials(charges);
    if (denials.length > 0) return verdictOf(denials);
    const decisions = await this.#askStoreOrAlone(method, charges);
    const verdict = verdictOf(
      charges.map((charge, index) => ({ ...charge, decision: decisions[index] as Decision })),
    );
    if (method === 'take')
      for (const one of verdict.decisions)
        if (one.policy.shadow && !one.decision.allowed) this.#onShadowDenial(one);
    return verdict;
  }

  #recallDenials(charges: readonly Charge[]): ChargeDecision[] {
    return charges.flatMap((charge) => {
      const { policy, key, cost } = charge;
      const decision = policy.shadow ? undefined : this.#denials.recall(policy, key, cost);
      return decision === undefined ? [] : [{ ...charge, decision }];
    });
  }

  async #askStoreOrAlone(method: 'take' | 'peek', charges: readonly Charge[]): Promise<Decision[]> {
    if (!this.#breaker.mayTry()) return this.#decideAlone(method, charges);
    const { forgets } = this.#denials;
    try {
      const decisions = await this.#store[method](charges);
      this.#succeeded();
      charges.forEach(({ policy, key, cost }, index) => {
        const decision = decisions[index] as Decision;
        // A denial from before a refund or reset may be outdated.
        if (!decision.allowed && !policy.shadow && forgets === this.#denials.forgets)
          this.#denials.remember(policy, key, cost, decision);
      });
      return decisions;
    } catch (error) {
      this.#failed(error);
      return this.#decideAlone(method, charges, error);
    }
  }

  #succeeded(): void {
    const wasOpen = this.#breaker.isOpen;
    this.#breaker.succeeded();
    if (wasOpen) this.#onRecovery();
  }

  #failed(error: unknown): void {
    const wasOpen = this.#breaker.isOpen;
    this.#breaker.failed();
    this.#onStoreFailure(error);
    if (!wasOpen && this.#breaker.isOpen) this.#onOutage(error);
  }

  async #decideAlone(
    method: 'take' | 'peek',
    charges: readonly Charge[],
    cause?: unknown,
  ): Promise<Decision[]> {
    const closed = charges.find(({ policy }) => policy.whenStoreFails === 'closed' && !policy.shadow);
    if (closed !== undefined)
      throw new LimitStoreUnavailable(`policy ${closed.policy.name} rejects: its store is unavailable`, {
        cause,
      });
    const isShared = ({ policy }: Charge) => policy.whenStoreFails === 'local-share';
    const shares = charges.filter(isShared).map((charge) => this.#ofShare(charge));
    const decided = shares.length === 0 ? [] : await this.#local[method](shares);
    return charges.map((charge) => (isShared(charge) ? (decided.shift() as Decision) : uncounted(charge)));
  }

  /** A cost within the whole policy can exceed the share of one process. It then takes the whole share. */
  #ofShare({ policy, key, cost }: Charge): Charge {
    let share = this.#shares.get(policy);
    if (share === undefined) this.#shares.set(policy, (share = localShare(policy, this.#processes)));
    return { policy: share, key, cost: Math.min(cost, share.capacity) };
  }
}

/** A shadow policy must not make a request fail: a cost above its capacity counts as the whole capacity. */
function withoutError(charge: Charge): Charge {
  const { policy, cost } = charge;
  return policy.shadow && cost > policy.capacity ? { ...charge, cost: policy.capacity } : charge;
}

function uncounted({ policy }: Charge): Decision {
  return { allowed: true, remaining: policy.capacity, retryAfterMs: 0, resetMs: 0, decidedBy: 'none' };
}
