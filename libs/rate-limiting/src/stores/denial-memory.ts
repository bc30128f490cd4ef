import { assertCost } from '../gcra/cost-exceeds-capacity.ts';
import { type Decision } from '../gcra/decision.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';
import { entryOf } from './entry-of.ts';
import { type LimitStore } from './limit-store.ts';

export interface DenialMemoryOptions {
  /** Number of denied keys that are remembered. Forgetting one costs a round trip. Default: 10,000. */
  readonly maxKeys?: number;
  /** Monotonic time in milliseconds. Default: performance.now. */
  readonly now?: () => number;
}

interface Denial {
  /** A policy with other numbers is another object. */
  readonly policy: RatePolicy;
  readonly cost: number;
  readonly decision: Decision;
  readonly atMs: number;
}

/**
 * A store in front of another one that remembers denials. GCRA says when a denied cost is admitted again. Until then, the answer
 * is known without the other store: a client that floods costs a process no round trip. A smaller cost is asked for, because it
 * may be admitted earlier.
 *
 * A refund or reset in another process is noticed when the time of the denial is over.
 */
export class DenialMemory implements LimitStore {
  readonly #store: LimitStore;
  readonly #maxKeys: number;
  readonly #now: () => number;
  readonly #denials = new Map<string, Denial>();

  constructor(
    store: LimitStore,
    { maxKeys = 10_000, now = () => performance.now() }: DenialMemoryOptions = {},
  ) {
    this.#store = store;
    this.#maxKeys = maxKeys;
    this.#now = now;
  }

  /** Number of remembered denials. */
  get size(): number {
    return this.#denials.size;
  }

  take(policy: RatePolicy, key: string, cost: number): Promise<Decision> {
    return this.#decide(policy, key, cost, 'take');
  }

  peek(policy: RatePolicy, key: string, cost: number): Promise<Decision> {
    return this.#decide(policy, key, cost, 'peek');
  }

  async refund(policy: RatePolicy, key: string, cost: number): Promise<void> {
    await this.#store.refund(policy, key, cost);
    this.#denials.delete(entryOf(policy, key));
  }

  async reset(policy: RatePolicy, key: string): Promise<void> {
    await this.#store.reset(policy, key);
    this.#denials.delete(entryOf(policy, key));
  }

  ping(): Promise<void> {
    return this.#store.ping();
  }

  async close(): Promise<void> {
    this.#denials.clear();
    await this.#store.close();
  }

  async #decide(policy: RatePolicy, key: string, cost: number, method: 'take' | 'peek'): Promise<Decision> {
    assertCost(policy, cost);
    const entry = entryOf(policy, key);
    const known = this.#known(entry, policy, cost);
    if (known !== undefined) return known;
    const decision = await this.#store[method](policy, key, cost);
    if (!decision.allowed) this.#remember(entry, { policy, cost, decision, atMs: this.#now() });
    return decision;
  }

  /** Returns the denial as it is now: time has passed, and the cost may be larger. */
  #known(entry: string, policy: RatePolicy, cost: number): Decision | undefined {
    const denial = this.#denials.get(entry);
    if (denial === undefined || denial.policy !== policy || cost < denial.cost) return undefined;
    const { decision, atMs } = denial;
    const elapsedMs = this.#now() - atMs;
    const unitMs = policy.intervalMicros / 1_000;
    if (elapsedMs >= decision.retryAfterMs) {
      this.#denials.delete(entry);
      return undefined;
    }
    return {
      ...decision,
      remaining: decision.remaining + Math.floor(elapsedMs / unitMs),
      retryAfterMs: Math.ceil(decision.retryAfterMs - elapsedMs + (cost - denial.cost) * unitMs),
      resetMs: Math.ceil(decision.resetMs - elapsedMs),
    };
  }

  #remember(entry: string, denial: Denial): void {
    if (this.#denials.size >= this.#maxKeys) this.#forgetSome();
    this.#denials.set(entry, denial);
  }

  /** Forgets what is over, or else everything: what is forgotten costs a round trip, and nothing else. */
  #forgetSome(): void {
    const now = this.#now();
    for (const [entry, { atMs, decision }] of this.#denials)
      if (now - atMs >= decision.retryAfterMs) this.#denials.delete(entry);
    if (this.#denials.size >= this.#maxKeys) this.#denials.clear();
  }
}
