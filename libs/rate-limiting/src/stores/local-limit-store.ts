import { admitAll } from '../gcra/admit-all.ts';
import { assertCharges, assertKey, type Charge } from '../gcra/charge.ts';
import { assertCost } from '../gcra/cost-exceeds-capacity.ts';
import { type Decision } from '../gcra/decision.ts';
import { admit, describe } from '../gcra/gcra.ts';
import { type RatePolicy } from '../gcra/rate-policy.ts';
import { assertMaxKeys } from './entry-of.ts';
import { type LimitStore, LimitStoreUnavailable } from './limit-store.ts';

const SMALLEST_SWEEP = 1_024;
const SAMPLE = 1_001;
/** A sweep that leaves more keys than this part of the maximum would be followed by another one soon. */
const NEARLY_FULL = 0.9;

/** Unlike the wall clock, it never jumps back. */
const monotonicMicros = () => Math.floor(performance.now() * 1000);

/** One key. It is changed in place: a new number in the map for each decision would be garbage for each decision. */
interface Bucket {
  tat: number;
}

/**
 * Limits within one process. Memory is bounded: keys with a full bucket are dropped, and at most `maxKeys` are kept. Above
 * that, the keys that have used the least of their limit are dropped.
 */
export class LocalLimitStore implements LimitStore {
  /** By the names of the policies, then by key: to join both into one name would cost more than the decision. */
  readonly #policies = new Map<string, Map<string, Bucket>>();
  readonly #now: () => number;
  readonly #maxKeys: number;
  #size = 0;
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
    return this.#size;
  }

  async take(charges: readonly Charge[]): Promise<Decision[]> {
    return this.takeAllNow(charges);
  }

  /** Returns the decisions of `take` without a promise. */
  takeAllNow(charges: readonly Charge[]): Decision[] {
    const [one] = charges;
    if (one !== undefined && charges.length === 1) return [this.takeNow(one.policy, one.key, one.cost)];
    this.#assertOpen();
    assertCharges(charges);
    const now = this.#now();
    const buckets = charges.map(({ policy, key }) => this.#policies.get(policy.name)?.get(key));
    const outcomes = admitAll(
      charges,
      buckets.map((bucket) => bucket?.tat),
      now,
    );
    const decisions = outcomes.map(({ allowed, tat }, index) => {
      const { policy, key, cost } = charges[index] as Charge;
      this.#store(policy, key, buckets[index], tat, now);
      return describe(policy, { allowed, backlogMicros: tat - now }, cost, 'local');
    });
    this.#sweepIfDue(now);
    return decisions;
  }

  /** Returns the decision about one charge without a promise. */
  takeNow(policy: RatePolicy, key: string, cost: number): Decision {
    this.#assertOpen();
    assertKey(key);
    assertCost(policy, cost);
    const now = this.#now();
    const bucket = this.#policies.get(policy.name)?.get(key);
    const { allowed, tat } = admit(policy, bucket?.tat, now, cost);
    this.#store(policy, key, bucket, tat, now);
    this.#sweepIfDue(now);
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
    const stored = this.#policies.get(policy.name)?.get(key)?.tat;
    const { allowed } = admit(policy, stored, now, cost);
    const { tat } = admit(policy, stored, now, 0);
    return describe(policy, { allowed, backlogMicros: tat - now }, cost, 'local');
  }

  async refund(charges: readonly Charge[]): Promise<void> {
    this.#assertOpen();
    assertCharges(charges);
    for (const { policy, key, cost } of charges) {
      const bucket = this.#policies.get(policy.name)?.get(key);
      if (bucket !== undefined) bucket.tat -= cost * policy.intervalMicros;
    }
  }

  async reset(policy: RatePolicy, key: string): Promise<void> {
    this.#assertOpen();
    assertKey(key);
    if (this.#policies.get(policy.name)?.delete(key)) this.#size -= 1;
  }

  async ping(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#policies.clear();
    this.#size = 0;
  }

  #assertOpen(): void {
    if (this.#closed) throw new LimitStoreUnavailable('the local store is closed');
  }

  #store(policy: RatePolicy, key: string, bucket: Bucket | undefined, tat: number, now: number): void {
    if (bucket !== undefined) bucket.tat = tat;
    // An absent bucket is full.
    else if (tat > now) this.#add(policy, key, { tat });
  }

  #add({ name }: RatePolicy, key: string, bucket: Bucket): void {
    let buckets = this.#policies.get(name);
    if (buckets === undefined) this.#policies.set(name, (buckets = new Map()));
    buckets.set(key, bucket);
    this.#size += 1;
  }

  /** Call it after all buckets of a decision are stored: a sweep may drop one of them. */
  #sweepIfDue(now: number): void {
    if (this.#size < this.#sweepAt) return;
    this.#dropUntil(now, 0);
    if (this.#size > this.#maxKeys * NEARLY_FULL)
      this.#dropUntil(this.#medianTat(), Math.ceil(this.#maxKeys / 2));
    // Twice the remaining keys: the amortized cost of sweeps per `take` is constant, whatever the number of keys.
    this.#sweepAt = Math.min(Math.max(SMALLEST_SWEEP, this.#size * 2), this.#maxKeys);
  }

  /**
   * Drops the keys whose buckets are full again by `tat`, and keeps at least `atLeast` keys. Buckets that are full again soon
   * have used the least of their limit. So a flood of new keys does not displace a key of the same policy that has used up its
   * own.
   */
  #dropUntil(tat: number, atLeast: number): void {
    for (const buckets of this.#policies.values())
      for (const [key, bucket] of buckets) {
        if (this.#size <= atLeast) return;
        if (bucket.tat > tat) continue;
        buckets.delete(key);
        this.#size -= 1;
      }
  }

  /**
   * Of a sample: sorting all keys would stop the process for a noticeable time. Of two keys in the middle, it is the one that has used less:
   * if half of the keys have used up their limit, the other half is dropped.
   */
  #medianTat(): number {
    const step = Math.ceil(this.#size / SAMPLE);
    const sample: number[] = [];
    let index = 0;
    for (const buckets of this.#policies.values())
      for (const { tat } of buckets.values()) if (index++ % step === 0) sample.push(tat);
    sample.sort((a, b) => a - b);
    return sample[(sample.length - 1) >> 1] as number;
  }
}
