import {
  assertNames,
  assertTimes,
  type CacheManagerOptions,
  type GetOrSetOptions,
  type SetOptions,
} from './cache-manager-options.ts';
import { CacheNamespace } from './cache-namespace.ts';
import { type Cached, hit, miss } from './cached.ts';
import { agedNow, type Flight, type KnownEntry, type Landing, reportTo } from './get-or-set/flight.ts';
import { Flights } from './get-or-set/flights.ts';
import { loadWithin } from './get-or-set/load-within.ts';
import { waitForLoad } from './get-or-set/wait-for-load.ts';
import { type Entry, hasTags } from './tiers/entry.ts';
import { type MemoryFence, type MemoryTier } from './tiers/memory-tier.ts';
import { invalidationOf, type Target } from './invalidation/target.ts';
import { type Awaitable, type Claim, type LeasingTier } from './tiers/tier.ts';
import { assertKey, assertTtl } from './values/assert-names.ts';
import { freezeJson } from './values/freeze-json.ts';
import { toJson } from './values/to-json.ts';

/** More reads of L2 at the same time might take longer than a call may take, and L2 would count as unavailable. */
const READS_AT_ONCE = 100;
/** A lease lasts this much longer than the load limit, so that it covers the write after the load. */
const LEASE_MARGIN_MS = 500;

/**
 * Two tiers in front of a source: L1 in memory, L2 shared.
 *
 *   getOrSet ─▶ L1 ─▶ join a load in flight here ─▶ L2: entry, or lease, or wait for its holder ─▶ load ─▶ L2 ─▶ L1
 *
 * An L2 that fails is skipped without waiting. When a load fails, the callers that waited for it get the error, or a stale value if
 * they accept one, and nothing is cached.
 */
export class CacheManager {
  readonly #memory: MemoryTier;
  readonly #shared: LeasingTier | undefined;
  readonly #flights = new Flights<Flight>();
  readonly #loadLimitMs: number;
  readonly #jitter: number;
  readonly #deafTtlMs: number;
  readonly #onRefreshError: (key: string, error: unknown) => void;
  #hearing: boolean;
  #hearingChanges = 0;

  constructor(options: CacheManagerOptions) {
    this.#memory = options.memory;
    this.#shared = options.shared;
    this.#loadLimitMs = options.loadLimitMs ?? 3_000;
    this.#jitter = options.jitter ?? 0.1;
    this.#deafTtlMs = options.deafTtlMs ?? 1_000;
    this.#onRefreshError = options.onRefreshError ?? (() => undefined);
    this.#hearing = options.hearing ?? true;
  }

  /**
   * Returns the cached value, or loads it and caches it unless it is `undefined`. `null` is a value.
   *
   * @throws {RangeError} for an invalid key, tag or TTL, {NotCacheableError} for a value that is not plain JSON data
   * @throws what the loader throws
   */
  async getOrSet<T>(key: string, options: GetOrSetOptions<T>): Promise<Cached<T>> {
    assertTimes(options);
    const { tags = [], staleWhileRevalidateMs = 0 } = options;
    const found = this.#memory.read(key);
    const held = found !== undefined && hasTags(found, tags) ? found : undefined;
    if (held !== undefined && held.freshMs > 0) return hit<T>('hit-l1', held);
    // After the hit, which costs less without it: an entry in L1 has no invalid name.
    assertNames(key, tags);

    const { flight, joined } = this.#join(key, options as GetOrSetOptions<unknown>);
    if (staleWhileRevalidateMs > 0) {
      const stale = held ?? agedNow(await flight.stale);
      const isUsable =
        stale !== undefined && (!joined || this.#memory.intact(this.#fenceOf(flight, key, stale)));
      if (isUsable && stale.freshMs > -staleWhileRevalidateMs) {
        flight.isInBackground = true;
        return hit<T>(held === undefined ? 'hit-l2' : 'hit-l1', stale);
      }
    }
    try {
      const landing = await flight.landing;
      // An invalidation of a tag that only the entry has may have come before this call joined. A flight that is joined now
      // began after this call, so it is new enough.
      const isOutdated = joined && !this.#memory.current(this.#fenceOf(flight, key, landing));
      const { cached } = isOutdated
        ? await this.#join(key, options as GetOrSetOptions<unknown>).flight.landing
        : landing;
      return { ...(cached as Cached<T>), collapsed: joined };
    } catch (error) {
      return this.#staleOrThrow<T>(key, options, flight, error);
    }
  }

  /** Returns the cached value, or `undefined` when there is none that is fresh and has all of these tags. */
  async get<T>(key: string, tags: readonly string[] = []): Promise<Cached<T> | undefined> {
    assertKey(key);
    const entry = this.#memory.read(key);
    if (entry !== undefined && entry.freshMs > 0 && hasTags(entry, tags)) return hit<T>('hit-l1', entry);

    const fence = this.#memory.fence(key, []);
    const askedAt = performance.now();
    const found = await this.#askShared((shared) => shared.read(key));
    return found === undefined || found.freshMs <= 0 || !hasTags(found, tags)
      ? undefined
      : this.#keepHit<T>(key, found, fence, askedAt);
  }

  /** Caches a value that the caller has just written to the source. A load of the key that is in flight is not stored. */
  async set<T>(key: string, value: T, options: SetOptions<T>): Promise<void> {
    assertTimes(options);
    assertNames(key, options.tags);
    const entry = this.#entryOf(value, options as SetOptions<unknown>);
    const began = this.#memory.fence(key, entry.tags);
    const sentAt = performance.now();
    const written = await this.#trySharedEvenIfDeaf(async (shared) =>
      shared.write(key, entry, await shared.fence(key, entry.tags)),
    );
    // When L2 did not get the new value, it must not serve the old value later.
    if (written !== true) await this.#trySharedEvenIfDeaf((shared) => shared.invalidate({ keys: [key] }));

    const overtaken = written === false || !this.#memory.intact(began);
    // After L2, so that a concurrent read of the old value in L2 cannot replace the new value in L1.
    this.#memory.invalidate({ keys: [key] });
    const { softSince } = began;
    if (!overtaken) this.#keep(key, entry, { ...this.#memory.fence(key, entry.tags), softSince }, sentAt);
  }

  /**
   * Invalidates both tiers: calls of this process that start after it resolves get no older value. Never hangs, and does not
   * reject because of a tier.
   *
   * @throws {RangeError} for an invalid key, tag, namespace or pattern
   */
  async invalidate(target: Target): Promise<void> {
    const invalidation = invalidationOf(target);
    // L2 first: if L1 came first, a read in between would fill L1 again from the old entry in L2. An unreachable L2 is also
    // not read, and GuardedTier empties it before it is read again.
    await this.#trySharedEvenIfDeaf((shared) => shared.invalidate(invalidation));
    this.#memory.invalidate(invalidation);
  }

  /** Removes an entry: calls of this process that start after it resolves do not get it. @throws {RangeError} */
  delete(key: string): Promise<void> {
    return this.invalidate({ keys: [key] });
  }

  /**
   * Makes entries stale in both tiers: callers that accept stale values get them while they are refreshed, all others load again.
   * Resolves and rejects as `invalidate` does.
   */
  async expire(target: Target): Promise<void> {
    const expiry = invalidationOf(target);
    await this.#trySharedEvenIfDeaf((shared) => shared.expire(expiry));
    this.#memory.expire(expiry);
  }

  /** Returns a part of this cache with keys of its own. @throws {RangeError} for an invalid name */
  namespace(name: string): CacheNamespace {
    return new CacheNamespace(this, name);
  }

  /** Returns the fresh values of these keys that are cached and have all of these tags. @throws {RangeError} */
  async getMany<T>(
    keys: readonly string[],
    tags: readonly string[] = [],
  ): Promise<ReadonlyMap<string, Cached<T>>> {
    const found = new Map<string, Cached<T>>();
    for (let first = 0; first < keys.length; first += READS_AT_ONCE)
      await Promise.all(
        keys.slice(first, first + READS_AT_ONCE).map(async (key) => {
          const cached = await this.get<T>(key, tags);
          if (cached !== undefined) found.set(key, cached);
        }),
      );
    return found;
  }

  /** Call this when invalidations may be lost from now on. Clears L1, limits its TTLs to `deafTtlMs`, stops reads of L2. */
  invalidationsLost(): void {
    this.#hearingChanges += 1;
    this.#hearing = false;
    this.#memory.invalidate({ everything: true });
  }

  /**
   * Call this when every invalidation is received from now on. The missed ones are unknown, so it empties both tiers: all
   * values loaded later are as new as the source.
   */
  async invalidationsHeard(): Promise<void> {
    this.#hearingChanges += 1;
    const change = this.#hearingChanges;
    await this.invalidate({ everything: true });
    if (this.#hearingChanges === change) this.#hearing = true;
  }

  #join(key: string, options: GetOrSetOptions<unknown>) {
    const { tags = [] } = options;
    return this.#flights.join(
      key,
      (underWay) => this.#memory.current(underWay.fence) && hasTags(underWay, tags),
      () => this.#launch(key, options),
    );
  }

  #launch(key: string, options: GetOrSetOptions<unknown>): Flight {
    const { tags = [] } = options;
    const fence = this.#memory.fence(key, tags);
    const { promise: stale, resolve: foundStale } = Promise.withResolvers<KnownEntry | undefined>();
    const landing = this.#readThrough(key, options, fence, foundStale).finally(() => foundStale(undefined));
    const flight: Flight = { tags, fence, stale, landing, isInBackground: false };
    landing.catch((error: unknown) => {
      if (flight.isInBackground) reportTo(this.#onRefreshError, key, error);
    });
    return flight;
  }

  async #readThrough(
    key: string,
    options: GetOrSetOptions<unknown>,
    fence: MemoryFence,
    foundStale: (entry: KnownEntry | undefined) => void,
  ): Promise<Landing> {
    const leaseMs = this.#loadLimitMs + LEASE_MARGIN_MS;
    const limitMs = leaseMs + LEASE_MARGIN_MS;
    const askedAt = performance.now();
    const onFirstClaim = (first: Claim) => {
      const entry = first.state === 'hit' ? undefined : first.stale;
      if (entry === undefined) return foundStale(undefined);
      // L2 may have missed the newer entry of L1.
      const held = this.#memory.read(key);
      if (held === undefined || held.freshMs < entry.freshMs) this.#keep(key, entry, fence, askedAt);
      foundStale({ entry, knownAt: askedAt });
    };
    const claim = await this.#askShared((shared) =>
      waitForLoad(shared, key, options.tags ?? [], { leaseMs, limitMs, onFirstClaim }),
    );
    foundStale(undefined);
    if (claim?.state === 'hit')
      return { cached: this.#keepHit(key, claim.entry, fence, askedAt), tags: claim.entry.tags };
    return { cached: await this.#loadAndKeep(key, options, fence, claim), tags: options.tags ?? [] };
  }

  /** Returns the fence of an entry with these tags that was read when the flight began. */
  #fenceOf({ fence }: Flight, key: string, { tags }: Pick<Entry, 'tags'>): MemoryFence {
    return this.#memory.fenceWith(fence, key, tags);
  }

  /** Reads the tiers again: what was invalidated since the load began is not served. */
  async #staleOrThrow<T>(
    key: string,
    options: GetOrSetOptions<T>,
    flight: Flight,
    error: unknown,
  ): Promise<Cached<T>> {
    const { tags = [], staleIfErrorMs = 0 } = options;
    if (staleIfErrorMs > 0) {
      const held = this.#memory.read(key);
      // All callers of a flight share one read.
      const entry = held ?? (await (flight.afterError ??= this.#askShared((shared) => shared.read(key))));
      if (entry !== undefined && hasTags(entry, tags) && entry.freshMs > -staleIfErrorMs)
        return hit<T>(held === undefined ? 'hit-l2' : 'hit-l1', entry);
    }
    throw error;
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
    // L2 refuses a load that was invalidated meanwhile. This process may be notified of the invalidation only later, so L1
    // must refuse the value too.
    const stored = written !== false && this.#keep(key, kept, fence, sentAt);
    return miss(kept.value, stored || written === true ? kept.freshMs : 0);
  }

  #keepHit<T>(key: string, entry: Entry, fence: MemoryFence, askedAt: number): Cached<T> {
    this.#keep(key, entry, fence, askedAt);
    return hit<T>('hit-l2', entry);
  }

  /** `knownAt` is earlier than the moment at which L2 read its clock, so an entry never expires later in L1 than in L2. */
  #keep(key: string, entry: Entry, fence: MemoryFence, knownAt: number): boolean {
    const elapsedMs = performance.now() - knownAt;
    const longestMs = this.#hearing ? Infinity : this.#deafTtlMs;
    const ttlMs = Math.min(entry.ttlMs - elapsedMs, longestMs);
    return this.#memory.write(
      key,
      { ...entry, ttlMs, freshMs: Math.min(entry.freshMs - elapsedMs, ttlMs) },
      fence,
    );
  }

  #entryOf(loaded: unknown, options: SetOptions<unknown>): Entry {
    const { ttlMs, tags = [], staleWhileRevalidateMs = 0, staleIfErrorMs = 0 } = options;
    // Converted to JSON and back even on a miss: the first caller gets the same data as all later callers.
    const value = freezeJson(toJson(loaded));
    const longestMs = typeof ttlMs === 'function' ? ttlMs(value) : ttlMs;
    assertTtl(longestMs);
    const freshMs = Math.max(1, Math.floor(longestMs * (1 - this.#jitter * Math.random())));
    return { value, tags, freshMs, ttlMs: freshMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs) };
  }

  async #askShared<R>(ask: (shared: LeasingTier) => Awaitable<R>): Promise<R | undefined> {
    return this.#hearing ? this.#trySharedEvenIfDeaf(ask) : undefined;
  }

  async #trySharedEvenIfDeaf<R>(ask: (shared: LeasingTier) => Awaitable<R>): Promise<R | undefined> {
    try {
      return this.#shared && (await ask(this.#shared));
    } catch {
      // The guard of the tier reports the cause. This call continues without L2.
      return undefined;
    }
  }
}
