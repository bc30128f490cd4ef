import { type ConcurrencyLimit, type Observation } from './concurrency-limit.ts';
import { medianOf } from './median-of.ts';

export interface GradientLimitOptions {
  /** Default: 20. */
  readonly initial?: number;
  /** The fewest calls in flight, and their number while the unloaded duration is measured. Default: 3. */
  readonly min?: number;
  /** Default: 1000. */
  readonly max?: number;
  /** How much longer than without load a call may take before the limit shrinks. Default: 0.25 (25 %). */
  readonly tolerance?: number;
  /** How long durations are collected before the limit is adjusted. Default: 100 ms. */
  readonly adjustEveryMs?: number;
  /** How often the unloaded duration is measured again. Default: 60 s. */
  readonly measureEveryMs?: number;
  /** Number of calls for one measurement, and the fewest for one adjustment. Default: 50. */
  readonly samples?: number;
  /** Returns numbers from 0 to below 1: processes must not measure at the same time. Default: Math.random. */
  readonly random?: () => number;
}

const LEAST_GRADIENT = 0.5;
const MOST_GRADIENT = 2;
/** Shorter durations cannot be told apart. */
const LEAST_MS = 0.001;
/** A measurement is up to this part of its interval late, at random. */
const JITTER = 0.15;
/** After so many adjustments at the minimum, the unloaded duration is measured early: the peer may have become slower. */
const ADJUSTMENTS_AT_MIN = 5;

/**
 * The gradient limit: compares how long calls take now with how long they take without load, and shrinks the limit when they
 * queue. It follows the gradient controller of Envoy's adaptive concurrency filter, which follows Netflix, "Performance Under
 * Load", 2018.
 *
 *     gradient = unloaded duration × (1 + tolerance) / duration now       between 0.5 and 2
 *     limit    = gradient × limit + √(gradient × limit)                    the root lets the limit grow
 *
 * Durations are medians: a few slow calls do not count. About once a minute the limit is lowered to `min` until the unloaded
 * duration is measured: otherwise a queue that never ends would count as normal. The limit grows only while it is used, for a
 * limit that nothing reaches proves nothing.
 */
export class GradientLimit implements ConcurrencyLimit {
  readonly #options: Required<GradientLimitOptions>;
  #limit: number;
  /** The median of the durations without load; undefined while it is measured. */
  #unloadedMs: number | undefined;
  #measureAt = Infinity;
  #durations: number[] = [];
  #dropped = 0;
  #mostInFlight = 0;
  #collectingSince: number | undefined;
  #adjustmentsAtMin = 0;

  /** @throws {RangeError} names the option that is out of its range */
  constructor(options: GradientLimitOptions = {}) {
    this.#options = {
      ...{ initial: 20, min: 3, max: 1_000, tolerance: 0.25 },
      ...{ adjustEveryMs: 100, measureEveryMs: 60_000, samples: 50, random: Math.random },
      ...options,
    };
    assertOptions(this.#options);
    this.#limit = this.#options.initial;
  }

  get current(): number {
    return this.#isMeasuring ? this.#options.min : Math.floor(this.#limit);
  }

  observe({ durationMs, inFlight, wasDropped }: Observation, nowMs: number): void {
    // A call that started before the measurement ran beside many others: its duration is not that of an unloaded peer.
    if (this.#isMeasuring && inFlight > this.#options.min) return;
    if (wasDropped) this.#dropped += 1;
    else this.#durations.push(durationMs);
    this.#mostInFlight = Math.max(this.#mostInFlight, inFlight);
    this.#collectingSince ??= nowMs;
    if (this.#durations.length + this.#dropped < this.#options.samples) return;
    if (this.#isMeasuring) this.#endMeasurement(nowMs);
    else if (nowMs - this.#collectingSince >= this.#options.adjustEveryMs) this.#adjust(nowMs);
  }

  get #isMeasuring(): boolean {
    return this.#unloadedMs === undefined;
  }

  #endMeasurement(nowMs: number): void {
    const { measureEveryMs, random } = this.#options;
    // A peer that drops even few calls gives no duration; the measurement is repeated.
    if (this.#durations.length > this.#dropped) {
      this.#unloadedMs = Math.max(LEAST_MS, medianOf(this.#durations));
      this.#measureAt = nowMs + measureEveryMs * (1 + JITTER * random());
      this.#adjustmentsAtMin = 0;
    }
    this.#collect();
  }

  #adjust(nowMs: number): void {
    const { min, max } = this.#options;
    const isUsed = this.#mostInFlight * 2 >= this.#limit;
    const grown = this.#gradient() * this.#limit;
    const wanted = grown + Math.sqrt(grown);
    if (isUsed || wanted < this.#limit) this.#limit = Math.min(max, Math.max(min, wanted));
    this.#adjustmentsAtMin = this.#limit <= min ? this.#adjustmentsAtMin + 1 : 0;
    this.#collect();
    if (nowMs >= this.#measureAt || this.#adjustmentsAtMin >= ADJUSTMENTS_AT_MIN)
      this.#unloadedMs = undefined;
  }

  #gradient(): number {
    if (this.#dropped >= this.#durations.length) return LEAST_GRADIENT;
    const nowMs = Math.max(LEAST_MS, medianOf(this.#durations));
    const gradient = ((this.#unloadedMs ?? nowMs) * (1 + this.#options.tolerance)) / nowMs;
    return Math.min(MOST_GRADIENT, Math.max(LEAST_GRADIENT, gradient));
  }

  #collect(): void {
    this.#durations = [];
    this.#dropped = 0;
    this.#mostInFlight = 0;
    this.#collectingSince = undefined;
  }
}

function assertOptions(options: Required<GradientLimitOptions>): void {
  const { initial, min, max, tolerance, adjustEveryMs, measureEveryMs, samples } = options;
  const isCount = (value: number) => Number.isInteger(value) && value >= 1;
  for (const [name, value] of Object.entries({ initial, min, max, samples }))
    if (!isCount(value)) throw new RangeError(`${name}: expected a whole number of at least 1, got ${value}`);
  for (const [name, value] of Object.entries({ tolerance, adjustEveryMs, measureEveryMs }))
    if (!(value >= 0 && value < Infinity))
      throw new RangeError(`${name}: expected a finite number of at least 0, got ${value}`);
  if (!(min <= initial && initial <= max))
    throw new RangeError(`expected min <= initial <= max, got ${min}, ${initial}, ${max}`);
}
