import { type SetOptions } from '../cache-manager-options.ts';
import { type Entry } from '../tiers/entry.ts';
import { assertTtl } from './assert-names.ts';
import { freezeJson } from './freeze-json.ts';
import { toJson } from './to-json.ts';

/** Makes entries of values. */
export class EntryFactory {
  readonly #jitter: number;
  readonly #random: () => number;

  /** @param jitter the largest fraction by which a TTL is shortened */
  constructor(jitter: number, random: () => number) {
    this.#jitter = jitter;
    this.#random = random;
  }

  /** @throws {NotCacheableError} for a value that is not plain JSON data, {RangeError} for an invalid TTL */
  entryOf(loaded: unknown, options: SetOptions<unknown>): Entry {
    const { ttlMs, tags = [], staleWhileRevalidateMs = 0, staleIfErrorMs = 0 } = options;
    // Converted to JSON and back even on a miss: the first caller gets the same data as all later callers.
    const value = freezeJson(toJson(loaded));
    const longestMs = typeof ttlMs === 'function' ? ttlMs(value) : ttlMs;
    assertTtl(longestMs);
    const freshMs = Math.max(1, Math.floor(longestMs * (1 - this.#jitter * this.#random())));
    return { value, tags, freshMs, ttlMs: freshMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs) };
  }
}
