import { assertCost } from '../gcra/cost-exceeds-capacity.ts';
import { type Decision } from '../gcra/decision.ts';
import { localShare, type RatePolicy } from '../gcra/rate-policy.ts';
import { DenialMemory } from '../stores/denial-memory.ts';
import { type LimitStore, LimitStoreUnavailable } from '../stores/limit-store.ts';
import { LocalLimitStore } from '../stores/local-limit-store.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

export interface ResilientLimiterOptions {
  /** The store that all processes share. Its `take` must settle within a bounded time. */
  store: LimitStore;
  /** The number of processes that share the policies. Each admits its part while the store is unavailable. */
  processes: number;
  breaker?: CircuitBreaker;
  local?: LocalLimitStore;
  /** Remembers denials of the store. Default: 10,000 keys. */
  denials?: DenialMemory;
  /** Receives every failure of the store. */
  onStoreFailure?: (error: unknown) => void;
  /** Is called once for each outage, when the breaker opens: from now on the policies decide. */
  onOutage?: (cause: unknown) => void;
  /** Is called when the store decides again. */
  onRecovery?: () => void;
}

/**
 * A limiter that works while its store is unavailable. While the store answers, the store decides; a denied key costs no round
 * trip until the time at which its cost is admitted again. When the store fails, the policy decides (see `StoreFailureMode`).
 * While the breaker is open, this costs no round trip. When the store answers again, the next trial call closes the breaker.
 */
export class ResilientLimiter {
  readonly #store: LimitStore;
  readonly #processes: number;
  readonly #breaker: CircuitBreaker;
  readonly #local: LocalLimitStore;
  readonly #denials: DenialMemory;
  readonly #onStoreFailure: (error: unknown) => void;
  readonly #onOutage: (cause: unknown) => void;
  readonly #onRecovery: () => void;

  constructor(options: ResilientLimiterOptions) {
    this.#store = options.store;
    this.#processes = options.processes;
    this.#breaker = options.breaker ?? new CircuitBreaker();
    this.#local = options.local ?? new LocalLimitStore();
    this.#denials = options.denials ?? new DenialMemory();
    this.#onStoreFailure = options.onStoreFailure ?? (() => undefined);
    this.#onOutage = options.onOutage ?? (() => undefined);
    this.#onRecovery = options.onRecovery ?? (() => undefined);
  }

  /** @throws {CostExceedsCapacity}, {RangeError} for an invalid cost, or {LimitStoreUnavailable} for a `closed` policy */
  take(policy: RatePolicy, key: string, cost = 1): Promise<Decision> {
    return this.#decide(policy, key, cost, 'take');
  }

  /** Returns the decision of `take` without taking units. Throws as `take` does. */
  peek(policy: RatePolicy, key: string, cost = 1): Promise<Decision> {
    return this.#decide(policy, key, cost, 'peek');
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
    assertCost(policy, cost);
    if (decidedBy === 'shared') {
      this.#denials.forget(policy, key);
      return this.#store.refund(policy, key, cost);
    }
    if (decidedBy === 'none') return;
    const share = localShare(policy, this.#processes);
    await this.#local.refund(share, key, Math.min(cost, share.capacity));
  }

  /** Forgets the key, here and in the store. @throws when the store does not answer */
  async reset(policy: RatePolicy, key: string): Promise<void> {
    this.#denials.forget(policy, key);
    await this.#local.reset(policy, key);
    await this.#store.reset(policy, key);
  }

  ping(): Promise<void> {
    return this.#store.ping();
  }

  async close(): Promise<void> {
    await this.#store.close();
    await this.#local.close();
  }

  async #decide(policy: RatePolicy, key: string, cost: number, method: 'take' | 'peek'): Promise<Decision> {
    assertCost(policy, cost);
    // Before the breaker: a remembered denial says nothing about the store.
    const known = this.#denials.recall(policy, key, cost);
    if (known !== undefined) return known;
    if (!this.#breaker.mayTry()) return this.#decideAlone(policy, key, cost, method);
    try {
      const decision = await this.#store[method](policy, key, cost);
      this.#succeeded();
      if (!decision.allowed) this.#denials.remember(policy, key, cost, decision);
      return decision;
    } catch (error) {
      this.#failed(error);
      return this.#decideAlone(policy, key, cost, method, error);
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

  #decideAlone(
    policy: RatePolicy,
    key: string,
    cost: number,
    method: 'take' | 'peek',
    cause?: unknown,
  ): Decision {
    switch (policy.whenStoreFails) {
      case 'open':
        return { allowed: true, remaining: policy.capacity, retryAfterMs: 0, resetMs: 0, decidedBy: 'none' };
      case 'closed':
        throw new LimitStoreUnavailable(`policy ${policy.name} rejects: its store is unavailable`, { cause });
      case 'local-share': {
        const share = localShare(policy, this.#processes);
        // A cost within the whole policy can exceed the share of one process. It then takes the whole share.
        const ofShare = Math.min(cost, share.capacity);
        return method === 'take'
          ? this.#local.takeNow(share, key, ofShare)
          : this.#local.peekNow(share, key, ofShare);
      }
    }
  }
}
