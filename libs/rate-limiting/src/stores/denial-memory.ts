import { type Decision } from '../gcra/decision.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';
import { assertMaxKeys, entryOf } from './entry-of.ts';

export interface DenialMemoryOptions {
  /** Number of denied keys that are remembered. A key that is not remembered costs a round trip. Default: 10,000. */
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
 * Remembers denials of a store. GCRA says when a denied cost is admitted again. Until then, the answer is known without the
 * store, so a client that floods costs no round trips.
 *
 * A refund or reset in another process is not noticed before the time of the denial is over.
 */
export class DenialMemory {
  readonly #maxKeys: number;
  readonly #now: () => number;
  readonly #denials = new Map<string, Denial>();
  #forgets = 0;

  /** @throws {RangeError} for a `maxKeys` that is not a whole number of at least 1 */
  constructor({ maxKeys = 10_000, now = () => performance.now() }: DenialMemoryOptions = {}) {
    assertMaxKeys(maxKeys);
    this.#maxKeys = maxKeys;
    this.#now = now;
  }

  /** How often denials were forgotten: a denial that was asked for before may be outdated. */
  get forgets(): number {
    return this.#forgets;
  }

  /** Number of remembered denials. */
  get size(): number {
    return this.#denials.size;
  }

  /**
   * Returns the denial as the store would give it now: time has passed, and the cost may be larger. Returns undefined when only
   * the store can decide: nothing is remembered, or the cost is smaller, which may be admitted earlier.
   */
  recall(policy: RatePolicy, key: string, cost: number): Decision | undefined {
    const entry = entryOf(policy, key);
    const denial = this.#denials.get(entry);
    if (denial === undefined || denial.policy !== policy || cost < denial.cost) return undefined;
    const { decision, atMs } = denial;
    const elapsedMs = this.#now() - atMs;
    if (elapsedMs >= decision.retryAfterMs) {
      this.#denials.delete(entry);
      return undefined;
    }
    const unitMs = policy.intervalMicros / 1_000;
    return {
      ...decision,
      remaining: decision.remaining + Math.floor(elapsedMs / unitMs),
      retryAfterMs: Math.ceil(decision.retryAfterMs - elapsedMs + (cost - denial.cost) * unitMs),
      resetMs: Math.ceil(decision.resetMs - elapsedMs),
    };
  }

  remember(policy: RatePolicy, key: string, cost: number, decision: Decision): void {
    const entry = entryOf(policy, key);
    if (this.#denials.size >= this.#maxKeys && !this.#denials.has(entry)) this.#makeRoom();
    this.#denials.set(entry, { policy, cost, decision, atMs: this.#now() });
  }

  forget(policy: RatePolicy, key: string): void {
    this.#forgets += 1;
    this.#denials.delete(entryOf(policy, key));
  }

  /**
   * Drops the denials whose time is over. If these are fewer than half, drops all of them: otherwise nearly every call would
   * search the whole memory.
   */
  #makeRoom(): void {
    const now = this.#now();
    for (const [entry, { atMs, decision }] of this.#denials)
      if (now - atMs >= decision.retryAfterMs) this.#denials.delete(entry);
    if (this.#denials.size > this.#maxKeys / 2) this.#denials.clear();
  }
}
