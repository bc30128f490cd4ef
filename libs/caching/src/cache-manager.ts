import { type Cached } from './cached.ts';
import { NotCacheableError } from './errors/not-cacheable.error.ts';
import { Flights } from './get-or-set/flights.ts';
import { type Load, loadWithin } from './get-or-set/load-within.ts';
import { waitForLoad } from './get-or-set/wait-for-load.ts';
import { type Entry } from './tiers/entry.ts';
import { freezeJson } from './tiers/freeze-json.ts';
import { type MemoryFence, type MemoryTier } from './tiers/memory-tier.ts';
import { type Awaitable, type Claim, type Invalidation, type LeasingTier } from './tiers/tier.ts';

export interface CacheManagerOptions {
  /** L1. */
  readonly memory: MemoryTier;
  /** L2; it must fail fast when it is down (see `GuardedTier`). Its owner closes it. */
  readonly shared?: LeasingTier;
  /** How long a loader may run. Default 3,000 ms. */
  readonly loadLimitMs?: number;
  /** By up to which part of itself a TTL is shortened, so that entries made together do not expire together. Default 0.1. */
  readonly jitter?: number;
  /** How long L1 keeps an entry while invalidations cannot be heard. Default 1,000 ms. */
  readonly deafTtlMs?: number;
  /** Whether every invalidation reaches this manager from the start on. Default true. */
  readonly hearing?: boolean;
}

export interface SetOptions<T> {
  /** The longest the value may be served, or how to tell from the value (`null` may deserve less). */
  readonly ttlMs: number | ((value: T) => number);
  readonly tags?: readonly string[];
}

export interface GetOrSetOptions<T> extends SetOptions<T> {
  readonly load: Load<T>;
}

/** How much longer than the load a lease lasts, for the write that follows. */
const LEASE_MARGIN_MS = 500;

/**
 * L1 memory over L2 shared, in front of a source:
 *
 *   getOrSet ─▶ L1 ─▶ join a load under way here ─▶ L2: entry, or a lease, or wait for who has it ─▶ load ─▶ L2 ─▶ L1
 *
 * A failing L2 is left out, never waited for; a failing load is an error for those who waited for it and is not cached.
 */
export class CacheManager {
  readonly #memory: MemoryTier;
  readonly #shared: LeasingTier | undefined;
  readonly #flights = new Flights<Cached<unknown>>();
  readonly #loadLimitMs: number;
  readonly #jitter: number;
  readonly #deafTtlMs: number;
  #hearing: boolean;
  #hearingChanges = 0;

  constructor(options: CacheManagerOptions) {
    this.#memory = options.memory;
    this.#shared = options.shared;
    this.#loadLimitMs = options.loadLimitMs ?? 3_000;
    this.#jitter = options.jitter ?? 0.1;
    this.#deafTtlMs = options.deafTtlMs ?? 1_000;
    this.#hearing = options.hearing ?? true;
  }

  /** The cached value or the loaded one, cached unless it is `undefined`. `null` is a value. */
  async getOrSet<T>(key: string, options: GetOrSetOptions<T>): Promise<Cached<T>> {
    const entry = this.#memory.read(key);
    if (entry !== undefined) return hit<T>('hit-l1', entry);

    const fence = this.#memory.fence(key, options.tags ?? []);
    const { landing, joined } = await this.#flights.join(
      key,
      () => this.#memory.intact(fence),
      () => this.#readThrough(key, options as GetOrSetOptions<unknown>, fence),
    );
    return { ...(landing as Cached<T>), collapsed: joined };
  }

  /** The cached value; `undefined` when there is none. */
  async get<T>(key: string): Promise<Cached<T> | undefined> {
    const entry = this.#memory.read(key);
    if (entry !== undefined) return hit<T>('hit-l1', entry);

    const fence = this.#memory.fence(key, []);
    const askedAt = performance.now();
    const found = await this.#askShared((shared) => shared.read(key));
    return found === undefined ? undefined : this.#keepHit<T>(key, found, fence, askedAt);
  }

  /** Caches a value that the caller has just written to its source. A load of the key that is under way stores nothing. */
  async set<T>(key: string, value: T, options: SetOptions<T>): Promise<void> {
    const entry = this.#entryOf(value, options as SetOptions<unknown>);
    const began = this.#memory.fence(key, entry.tags);
    const sentAt = performance.now();
    const written = await this.#trySharedEvenIfDeaf(async (shared) =>
      shared.write(key, entry, await shared.fence(key, entry.tags)),
    );
    // An L2 that did not get the new value must not serve the old one later.
    if (written === undefined)
      await this.#trySharedEvenIfDeaf((shared) => shared.invalidate({ keys: [key] }));

    const overtaken = written === false || !this.#memory.intact(began);
    // After L2, so that a read which met the old value there does not put it back over the new one here.
    this.#memory.invalidate({ keys: [key] });
    if (!overtaken) this.#keep(key, entry, this.#memory.fence(key, entry.tags), sentAt);
  }

  /** Once this resolves, no call of this process that starts later gets an older value. Never rejects, never hangs. */
  async invalidate(target: Invalidation): Promise<void> {
    // L2 first: with L1 first, a read in between would fill L1 again from L2's old entry. An L2 that cannot be reached
    // is not read either, and is emptied before it is read again (GuardedTier).
    await this.#trySharedEvenIfDeaf((shared) => shared.invalidate(target));
    this.#memory.invalidate(target);
  }

  /** Invalidations may be missed from now on: L1 forgets and keeps little, L2 is not read. */
  invalidationsLost(): void {
    this.#hearingChanges += 1;
    this.#hearing = false;
    this.#memory.invalidate({ everything: true });
  }

  /**
   * Every invalidation from now on will be heard. What was missed before is unknown, so both tiers start empty: whatever
   * is loaded after this moment is as new as the source.
   */
  async invalidationsHeard(): Promise<void> {
    this.#hearingChanges += 1;
    const change = this.#hearingChanges;
    await this.invalidate({ everything: true });
    if (this.#hearingChanges === change) this.#hearing = true;
  }

  async #readThrough(
    key: string,
    options: GetOrSetOptions<unknown>,
    fence: MemoryFence,
  ): Promise<Cached<unknown>> {
    const leaseMs = this.#loadLimitMs + LEASE_MARGIN_MS;
    const limitMs = leaseMs + LEASE_MARGIN_MS;
    const askedAt = performance.now();
    const claim = await this.#askShared((shared) =>
      waitForLoad(shared, key, options.tags ?? [], { leaseMs, limitMs }),
    );
    if (claim?.state === 'hit') return this.#keepHit(key, claim.entry, fence, askedAt);
    return this.#loadAndKeep(key, options, fence, claim);
  }

  async #loadAndKeep(
    key: string,
    options: GetOrSetOptions<unknown>,
    fence: MemoryFence,
    claim: Claim | undefined,
  ): Promise<Cached<unknown>> {
    const lease = claim?.state === 'granted' ? claim : undefined;
    let entry: Entry | undefined;
    try {
      const value = await loadWithin(key, options.load, this.#loadLimitMs);
      if (value !== undefined) entry = this.#entryOf(value, options);
    } finally {
      if (lease && !entry) await this.#trySharedEvenIfDeaf((shared) => shared.release(key, lease.fence));
    }
    if (entry === undefined) return miss(undefined, 0);

    const kept = entry;
    const sentAt = performance.now();
    const written =
      lease && (await this.#trySharedEvenIfDeaf((shared) => shared.write(key, kept, lease.fence)));
    // Refused by L2: an invalidation that this process has yet to hear of overtook the load. L1 must not keep it either.
    const stored = written !== false && this.#keep(key, kept, fence, sentAt);
    return miss(kept.value, stored || written === true ? kept.ttlMs : 0);
  }

  #keepHit<T>(key: string, entry: Entry, fence: MemoryFence, askedAt: number): Cached<T> {
    this.#keep(key, entry, fence, askedAt);
    return hit<T>('hit-l2', entry);
  }

  /** `knownAt` is from before the shared tier looked at its clock, so L1 forgets before L2 does, never after. */
  #keep(key: string, entry: Entry, fence: MemoryFence, knownAt: number): boolean {
    const leftMs = entry.ttlMs - (performance.now() - knownAt);
    return this.#memory.write(
      key,
      { ...entry, ttlMs: this.#hearing ? leftMs : Math.min(leftMs, this.#deafTtlMs) },
      fence,
    );
  }

  #entryOf(loaded: unknown, { ttlMs, tags = [] }: SetOptions<unknown>): Entry {
    const json = jsonOf(loaded);
    // Through JSON even on a miss: the first caller gets what every later one will get.
    const value = freezeJson(json);
    const longestMs = typeof ttlMs === 'function' ? ttlMs(value) : ttlMs;
    return {
      value,
      size: json.length,
      tags,
      ttlMs: Math.max(1, Math.floor(longestMs * (1 - this.#jitter * Math.random()))),
    };
  }

  async #askShared<R>(ask: (shared: LeasingTier) => Awaitable<R>): Promise<R | undefined> {
    return this.#hearing ? this.#trySharedEvenIfDeaf(ask) : undefined;
  }

  async #trySharedEvenIfDeaf<R>(ask: (shared: LeasingTier) => Awaitable<R>): Promise<R | undefined> {
    try {
      return this.#shared && (await ask(this.#shared));
    } catch {
      // Its guard reports the cause; here it only means that L2 has no say in this call.
      return undefined;
    }
  }
}

function jsonOf(value: unknown): string {
  try {
    const json = JSON.stringify(value) as string | undefined;
    if (json !== undefined) return json;
  } catch (cause) {
    throw new NotCacheableError({ cause });
  }
  throw new NotCacheableError();
}

function hit<T>(from: 'hit-l1' | 'hit-l2', { value, ttlMs }: Entry): Cached<T> {
  return { value: value as T, from, stored: true, ttlMs, collapsed: false };
}

function miss(value: unknown, ttlMs: number): Cached<unknown> {
  return { value, from: 'miss', stored: ttlMs > 0, ttlMs, collapsed: false };
}
