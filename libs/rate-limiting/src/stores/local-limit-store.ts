import { admitAll } from '../gcra/admit-all.ts';
import { assertCharges, assertKey, type Charge } from '../gcra/charge.ts';
import { assertCost } from '../gcra/cost-exceeds-capacity.ts';
import { type Decision } from '../gcra/decision.ts';
import { admit, describe } from '../gcra/gcra.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';
import { assertMaxKeys, entryOf } from './entry-of.ts';
import { type LimitStore, LimitStoreUnavailable } from './limit-store.ts';

const SMALLEST_SWEEP = 1_024;
const SAMPLE = 1_001;
/** A sweep that leaves more keys than this part of the maximum would be followed by another one soon. */
const NEARLY_FULL = 0.9;

/** Unlike the wall clock, it never jumps back. */
const monotonicMicros = () => Math.floor(performance.now() * 1000);

/**
 * Limits within one process. Memory is bounded: keys with a full bucket are dropped, and at most `maxKeys` are kept. Above
 * that, the keys that have used the least of their limit are dropped.
 */
export class LocalLimitStore implements LimitStore {
  readonly #tats = new Map<string, number>();
  readonly #now: () => number;
  readonly #maxKeys: number;
  #sweepAt: number;
  #closed = false;

  /** @throws {RangeError} for a `maxKeys` that is not a whole number of at least 1 */
  constructor({ now = monotonicMicros, maxKeys = 100_000 }: { now?: () => number; maxKeys?: number } = {}) {
    assertMaxKeys(maxKeys);
    this.#now = now;
    this.#maxKeys = maxKeys;
    this.#sweepAt = Math.min(SMALLEST_SWEEP, maxKeys);
  }

  /** The number of keys in memory. */
  get size(): number {
    return this.#tats.size;
  }

  async take(charges: readonly Charge[]): Promise<Decision[]> {
    return this.takeAllNow(charges);
  }

  /** Returns the decisions of `take` without a promise. */
  takeAllNow(charges: readonly Charge[]): Decision[] {
    this.#assertOpen();
    assertCharges(charges);
    const now = this.#now();
    const entries = charges.map(({ policy, key }) => entryOf(policy, key));
    const stored = entries.map((entry) => this.#tats.get(entry));
    return admitAll(charges, stored, now).map(({ allowed, tat }, index) => {
      const { policy, cost } = charges[index] as Charge;
      if (tat > now && tat !== stored[index]) this.#remember(entries[index] as string, tat, now);
      return describe(policy, { allowed, backlogMicros: tat - now }, cost, 'local');
    });
  }

  /** Returns the decision about one charge without a promise. */
  takeNow(policy: RatePolicy, key: string, cost: number): Decision {
    this.#assertOpen();
    assertKey(key);
    assertCost(policy, cost);
    const now = this.#now();
    const entry = entryOf(policy, key);
    const stored = this.#tats.get(entry);
    const { allowed, tat } = admit(policy, stored, now, cost);
    if (tat !== stored) this.#remember(entry, tat, now);
    return describe(policy, { allowed, backlogMicros: tat - now }, cost, 'local');
  }

  async peek(charges: readonly Charge[]): Promise<Decision[]> {
    assertCharges(charges);
    return charges.map(({ policy, key, cost }) => this.peekNow(policy, key, cost));
  }

  /** Returns the decision of `takeNow` without taking units. */
  peekNow(policy: RatePolicy, key: string, cost: number): Decision {
    this.#assertOpen();
    assertKey(key);
    assertCost(policy, cost);
    const now = this.#now();
    const stored = this.#tats.get(entryOf(policy, key));
    const { allowed } = admit(policy, stored, now, cost);
    const { tat } = admit(policy, stored, now, 0);
    return describe(policy, { allowed, backlogMicros: tat - now }, cost, 'local');
  }

  async refund(charges: readonly Charge[]): Promise<void> {
    this.#assertOpen();
    assertCharges(charges);
    for (const { policy, key, cost } of charges) {
      const entry = entryOf(policy, key);
      const stored = this.#tats.get(entry);
      if (stored === undefined) continue;
      const tat = stored - cost * policy.intervalMicros;
      if (tat > this.#now()) this.#tats.set(entry, tat);
      else this.#tats.delete(entry);
    }
  }

  async reset(policy: RatePolicy, key: string): Promise<void> {
    this.#assertOpen();
    assertKey(key);
    this.#tats.delete(entryOf(policy, key));
  }

  async ping(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#tats.clear();
  }

  #assertOpen(): void {
    if (this.#closed) throw new LimitStoreUnavailable('the local store is closed');
  }

  #remember(entry: string, tat: number, now: number): void {
    this.#tats.set(entry, tat);
    if (this.#tats.size < this.#sweepAt) return;
    for (const [key, fullAgainAt] of this.#tats) if (fullAgainAt <= now) this.#tats.delete(key);
    if (this.#tats.size > this.#maxKeys * NEARLY_FULL) this.#forgetIdlestHalf();
    // Twice the remaining keys: the amortized cost of sweeps per `take` is constant, whatever the number of keys.
    this.#sweepAt = Math.min(Math.max(SMALLEST_SWEEP, this.#tats.size * 2), this.#maxKeys);
  }

  /**
   * Forgets the keys whose buckets are full again soonest, because they have used the least of their limit. So a flood of new
   * keys does not displace a key of the same policy that has used up its own.
   */
  #forgetIdlestHalf(): void {
    const median = this.#medianTat();
    for (const [key, fullAgainAt] of this.#tats) {
      if (this.#tats.size <= this.#maxKeys / 2) return;
      if (fullAgainAt <= median) this.#tats.delete(key);
    }
  }

  /** Of a sample: sorting all keys would stop the process for a noticeable time. */
  #medianTat(): number {
    const step = Math.ceil(this.#tats.size / SAMPLE);
    const sample = [...this.#tats.values()].filter((_, index) => index % step === 0).sort((a, b) => a - b);
    return sample[sample.length >> 1] as number;
  }
}
