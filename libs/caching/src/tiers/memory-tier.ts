import { SYSTEM_CLOCK } from '@groundwork/resilience';
import { LRUCache } from 'lru-cache';
import { Generations, SLOTS } from '../invalidation/generations.ts';
import { type Entry } from './entry.ts';
import { type Announced, type Invalidation, type Tier } from './tier.ts';
import { assertCount } from '../values/assert-count.ts';
import { bytesOf } from '../values/bytes-of.ts';

export interface MemoryTierOptions {
  /** Default 10,000. */
  readonly maxEntries?: number;
  /**
   * Bytes of the heap, estimated: values, keys, tags and what each entry costs besides. `maxEntries` alone would let a few huge
   * entries fill the process. Default 64 MiB.
   */
  readonly maxBytes?: number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/** The slots that a value depends on, and the generations at which its read started. */
export interface MemoryFence {
  readonly since: number;
  readonly softSince: number;
  readonly slots: readonly number[];
}

/** What an entry costs besides its value, key and tags: places in the maps and lists of the LRU, the fence, the times. */
const ENTRY_BYTES = 440;

interface Held {
  readonly entry: Entry;
  readonly slots: readonly number[];
  /** The generations at which the entry was last found to be intact and fresh. */
  since: number;
  softSince: number;
  readonly expiresAt: number;
  staleAt: number;
}

/**
 * The tier inside a process. It is bounded and evicts the least recently used entry first. Invalidating is O(names),
 * independent of the number of entries: an invalidated entry is detected and deleted when it is next read.
 */
export class MemoryTier implements Tier<MemoryFence> {
  readonly #held: LRUCache<string, Held>;
  readonly #generations = new Generations();
  /** Counts the calls of `expire`. */
  readonly #softGenerations = new Generations();
  readonly #expiries = new Float64Array(SLOTS).fill(-Infinity);
  #everythingExpiredAt = -Infinity;
  /** The monotonic clock of this tier. */
  readonly now: () => number;

  /** @throws {RangeError} for a bound that is not a whole number of at least 1 */
  constructor({
    maxEntries = 10_000,
    maxBytes = 64 * 1024 * 1024,
    now = SYSTEM_CLOCK.monotonicMs,
  }: MemoryTierOptions = {}) {
    assertCount('maxEntries', maxEntries);
    assertCount('maxBytes', maxBytes);
    this.#held = new LRUCache({
      dispose: (_held, _key, reason) => {
        if (reason === 'evict') this.evictions += 1;
      },
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: ({ entry }, key) =>
        ENTRY_BYTES + bytesOf(key) + bytesOf(entry.tags) + bytesOf(entry.value),
    });
    this.now = now;
  }

  /** The number of entries that were removed to make room. */
  evictions = 0;

  get entries(): number {
    return this.#held.size;
  }

  /** The estimated bytes of all entries. */
  get bytes(): number {
    return this.#held.calculatedSize;
  }

  /** @param now what the clock of this tier shows, if the caller has just read it */
  read(key: string, now = this.now()): Entry | undefined {
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    const ttlMs = held.expiresAt - now;
    if (ttlMs <= 0 || !this.intact(held)) {
      this.#held.delete(key);
      return undefined;
    }
    // Most reads find the generations of the read before, and compare no slots.
    held.since = this.#generations.now;
    if (!this.#isFresh(held)) held.staleAt = Math.min(held.staleAt, this.#expiredAt(held));
    held.softSince = this.#softGenerations.now;
    const { value, tags, loadMs, version } = held.entry;
    return { value, tags, ttlMs, freshMs: held.staleAt - now, loadMs, version };
  }

  fence(key: string, tags: readonly string[]): MemoryFence {
    return {
      since: this.#generations.now,
      softSince: this.#softGenerations.now,
      slots: this.#generations.slotsOf([key], tags),
    };
  }

  /** Returns the fence of a value with these tags that was read when the other fence was taken. */
  fenceWith(fence: MemoryFence, key: string, tags: readonly string[]): MemoryFence {
    return { ...fence, slots: this.#generations.slotsOf([key], tags) };
  }

  /** Returns whether nothing that the fence covers was invalidated since it was taken. */
  intact(fence: MemoryFence): boolean {
    return this.#generations.unchangedSince(fence.since, fence.slots);
  }

  /** Returns whether nothing that the fence covers was invalidated or expired since it was taken. */
  current(fence: MemoryFence): boolean {
    return this.intact(fence) && this.#isFresh(fence);
  }

  write(key: string, entry: Entry, takenBefore: MemoryFence): boolean {
    // The tags come from the entry: a reader of the shared tier takes its fence before it knows the tags.
    const fence = this.fenceWith(takenBefore, key, entry.tags);
    if (entry.ttlMs <= 0 || !this.intact(fence)) return false;
    const now = this.now();
    this.#held.set(key, { ...fence, entry, expiresAt: now + entry.ttlMs, staleAt: now + entry.freshMs });
    return true;
  }

  invalidate({ keys = [], tags = [], everything = false }: Invalidation): Announced {
    this.#generations.advance(this.#generations.slotsOf(keys, tags));
    if (everything) {
      this.#generations.advanceEverything();
      this.#held.clear();
    }
    return {};
  }

  expire({ keys = [], tags = [], everything = false }: Invalidation): Announced {
    const slots = this.#softGenerations.slotsOf(keys, tags);
    this.#softGenerations.advance(slots);
    for (const slot of slots) this.#expiries[slot] = this.now();
    if (everything) {
      this.#softGenerations.advanceEverything();
      this.#everythingExpiredAt = this.now();
    }
    return {};
  }

  /** Returns when something that the fence covers expired last. */
  #expiredAt({ slots }: Pick<MemoryFence, 'slots'>): number {
    return Math.max(this.#everythingExpiredAt, ...slots.map((slot) => this.#expiries[slot] as number));
  }

  #isFresh({ softSince, slots }: MemoryFence): boolean {
    return this.#softGenerations.unchangedSince(softSince, slots);
  }
}
