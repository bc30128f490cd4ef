import { type Clock } from '@groundwork/resilience';
import { type GetOrSetOptions } from '../cache-manager-options.ts';
import { type CacheCounters } from '../cache-statistics.ts';
import { type Cached, hit, miss } from '../cached.ts';
import { type Entry, hasTags } from '../tiers/entry.ts';
import { type MemoryFence } from '../tiers/memory-tier.ts';
import { type Claim } from '../tiers/tier.ts';
import { type TwoTiers } from '../tiers/two-tiers.ts';
import { type EntryFactory } from '../values/entry-factory.ts';
import { quietly } from '../quietly.ts';
import { aged, type Flight, type KnownEntry, type Landing } from './flight.ts';
import { Flights } from './flights.ts';
import { LoadContext } from './load-context.ts';
import { loadWithin } from './load-within.ts';
import { isRefreshDue } from './refresh-early.ts';
import { waitForLoad } from './wait-for-load.ts';

/** A lease lasts this much longer than the load limit, so that it covers the write after the load. */
const LEASE_MARGIN_MS = 500;

/** L1 counts the life of an entry from before the question to L2. The difference to L2 is at most the time of a call. */
const SAME_ENTRY_MS = 50;

export interface ReadThroughOptions {
  readonly tiers: TwoTiers;
  readonly entries: EntryFactory;
  readonly counters: CacheCounters;
  readonly clock: Clock;
  readonly random: () => number;
  readonly loadLimitMs: number;
  readonly onRefreshError: (key: string, error: unknown) => void;
}

/** What a loader has returned, and whether it is to be cached. */
interface Loaded {
  readonly entry: Entry;
  readonly isKept: boolean;
}

/** Answers what L1 cannot: joins a load in flight, reads L2, serves a stale entry, or loads from the source. */
export class ReadThrough {
  readonly #flights = new Flights<Flight>();
  /** The keys that this process refreshes early. */
  readonly #refreshing = new Set<string>();
  readonly #tiers: TwoTiers;
  readonly #entries: EntryFactory;
  readonly #counters: CacheCounters;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #loadLimitMs: number;
  readonly #onRefreshError: (key: string, error: unknown) => void;

  constructor({ tiers, entries, counters, clock, random, loadLimitMs, onRefreshError }: ReadThroughOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#tiers = tiers;
    this.#entries = entries;
    this.#counters = counters;
    this.#loadLimitMs = loadLimitMs;
    this.#onRefreshError = onRefreshError;
  }

  /** @param held the stale entry of L1 */
  async getOrLoad<T>(key: string, options: GetOrSetOptions<T>, held: Entry | undefined): Promise<Cached<T>> {
    const { staleWhileRevalidateMs = 0 } = options;
    // Without trust, a load in flight may have begun before an invalidation that has ended. The next one begins after this call.
    if (!this.#tiers.isLocalTrusted()) await this.#flights.ended(key);
    const { flight, joined } = this.#join(key, options as GetOrSetOptions<unknown>);
    if (joined) this.#counters.collapsed += 1;
    if (staleWhileRevalidateMs > 0) {
      const stale = held ?? aged(await flight.stale, this.#clock.monotonicMs());
      const isUsable =
        stale !== undefined && (!joined || this.#tiers.memory.intact(this.#fenceOf(flight, key, stale)));
      if (isUsable && stale.freshMs > -staleWhileRevalidateMs) {
        flight.isInBackground = true;
        this.#counters.stale += 1;
        return hit<T>(held === undefined ? 'hit-l2' : 'hit-l1', stale);
      }
    }
    try {
      const landing = await flight.landing;
      // An invalidation of a tag that only the entry has may have come before this call joined. A flight that is joined now
      // began after this call, so it is new enough.
      const isOutdated = joined && !this.#tiers.memory.current(this.#fenceOf(flight, key, landing));
      const { cached } = isOutdated
        ? await this.#join(key, options as GetOrSetOptions<unknown>).flight.landing
        : landing;
      // A shared cache may keep a response for this time, so it is no longer than L1 may keep the value.
      const ttlMs = Math.min(cached.ttlMs, this.#tiers.longestLocalMs);
      return { ...(cached as Cached<T>), ttlMs, collapsed: joined };
    } catch (error) {
      return this.#staleOrThrow<T>(key, options, flight, error);
    }
  }

  /** Refreshes a fresh entry of L1 in the background, if its time has come and no process does so already. */
  refreshEarly<T>(key: string, options: GetOrSetOptions<T>, held: Entry): void {
    const { earlyRefresh = 0 } = options;
    if (this.#refreshing.has(key) || !isRefreshDue(held, earlyRefresh, this.#random)) return;
    this.#refreshing.add(key);
    this.#refresh(key, options as GetOrSetOptions<unknown>, held)
      .catch((error: unknown) => this.#reportRefresh(key, error))
      .finally(() => this.#refreshing.delete(key));
  }

  async #refresh(key: string, options: GetOrSetOptions<unknown>, held: Entry): Promise<void> {
    const { tags = [] } = options;
    const fence = this.#tiers.memory.fence(key, tags);
    const askedAt = this.#clock.monotonicMs();
    // L2 first: another process may have refreshed the entry. The same entry may be fresh for a little longer there.
    const freshForMs = held.freshMs + Math.max(SAME_ENTRY_MS, held.loadMs ?? 0);
    const claim = await this.#tiers.askShared((shared) => shared.claim(key, tags, this.#leaseMs, freshForMs));
    if (claim?.state === 'hit') this.#tiers.keepLocal(key, claim.entry, fence, askedAt);
    else if (claim?.state === 'granted' || !this.#tiers.isShared) {
      this.#counters.earlyRefreshes += 1;
      await this.#loadAndKeep(key, options, fence, claim);
    }
  }

  #join(key: string, options: GetOrSetOptions<unknown>) {
    const { tags = [] } = options;
    return this.#flights.join(
      key,
      (underWay) => this.#tiers.memory.current(underWay.fence) && hasTags(underWay, tags),
      () => this.#launch(key, options),
    );
  }

  #launch(key: string, options: GetOrSetOptions<unknown>): Flight {
    const { tags = [] } = options;
    const fence = this.#tiers.memory.fence(key, tags);
    const { promise: stale, resolve: foundStale } = Promise.withResolvers<KnownEntry | undefined>();
    const landing = this.#readThrough(key, options, fence, foundStale).finally(() => foundStale(undefined));
    const flight: Flight = { tags, fence, stale, landing, isInBackground: false };
    landing.catch((error: unknown) => {
      if (flight.isInBackground) this.#reportRefresh(key, error);
    });
    return flight;
  }

  async #readThrough(
    key: string,
    options: GetOrSetOptions<unknown>,
    fence: MemoryFence,
    foundStale: (entry: KnownEntry | undefined) => void,
  ): Promise<Landing> {
    const leaseMs = this.#leaseMs;
    const limitMs = leaseMs + LEASE_MARGIN_MS;
    const askedAt = this.#clock.monotonicMs();
    const onFirstClaim = (first: Claim) => {
      if (first.state === 'busy') this.#counters.waits += 1;
      const entry = staleOf(first);
      if (entry === undefined) return foundStale(undefined);
      // L2 may have missed the newer entry of L1.
      const held = this.#tiers.memory.read(key);
      if (held === undefined || held.freshMs < entry.freshMs)
        this.#tiers.keepLocal(key, entry, fence, askedAt);
      foundStale({ entry, knownAt: askedAt });
    };
    const claim = await this.#tiers.askShared((shared) =>
      waitForLoad(shared, key, options.tags ?? [], { leaseMs, limitMs, clock: this.#clock, onFirstClaim }),
    );
    if (claim?.state !== 'hit') return this.#loadAndKeep(key, options, fence, claim);
    this.#tiers.keepLocal(key, claim.entry, fence, askedAt);
    this.#counters.l2Hits += 1;
    return { cached: hit('hit-l2', claim.entry), tags: claim.entry.tags };
  }

  async #loadAndKeep(
    key: string,
    options: GetOrSetOptions<unknown>,
    fence: MemoryFence,
    claim: Claim | undefined,
  ): Promise<Landing> {
    const lease = claim?.state === 'granted' ? claim : undefined;
    let loaded: Loaded | undefined;
    try {
      loaded = await this.#load(key, options, claim);
    } finally {
      if (lease && !loaded?.isKept) await this.#tiers.tryShared((shared) => shared.release(key, lease.fence));
    }
    if (loaded === undefined) return { cached: miss(undefined, 0), tags: options.tags ?? [] };
    const { entry: kept, isKept } = loaded;
    if (!isKept) return { cached: miss(kept.value, 0), tags: kept.tags };
    const sentAt = this.#clock.monotonicMs();
    const written = lease && (await this.#tiers.tryShared((shared) => shared.write(key, kept, lease.fence)));
    // L2 refuses a load that was invalidated meanwhile. This process may be notified of the invalidation only later, so L1
    // must refuse the value too.
    const stored = written !== false && this.#tiers.keepLocal(key, kept, fence, sentAt);
    return { cached: miss(kept.value, stored || written === true ? kept.freshMs : 0), tags: kept.tags };
  }

  /** Returns undefined when the loader has no value. */
  async #load(
    key: string,
    options: GetOrSetOptions<unknown>,
    claim: Claim | undefined,
  ): Promise<Loaded | undefined> {
    const { tags = [] } = options;
    // L1 may not have applied an invalidation that L2 has. So it counts only when L2 did not answer.
    const known = claim === undefined ? this.#tiers.readLocal(key) : staleOf(claim);
    const context = new LoadContext(tags, known && hasTags(known, tags) ? known : undefined);
    const startedAt = this.#clock.monotonicMs();
    this.#counters.loads += 1;
    const load = (signal: AbortSignal) => options.load(signal, context);
    const value = await loadWithin(key, load, this.#loadLimitMs, this.#clock)
      .catch((error: unknown) => {
        this.#counters.loadErrors += 1;
        throw error;
      })
      .finally(() => context.end());
    if (value === undefined) return undefined;
    const { ttlMs = options.ttlMs } = context;
    const entry = this.#entries.entryOf(value, { ...options, tags: context.tagsFor(value), ttlMs });
    const loadMs = Math.ceil(this.#clock.monotonicMs() - startedAt);
    return { entry: { ...entry, loadMs }, isKept: !context.isSkipped };
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
      const held = this.#tiers.readLocal(key);
      // All callers of a flight share one read.
      const entry =
        held ?? (await (flight.afterError ??= this.#tiers.askShared((shared) => shared.read(key))));
      if (entry !== undefined && hasTags(entry, tags) && entry.freshMs > -staleIfErrorMs) {
        if (entry.freshMs <= 0) this.#counters.stale += 1;
        return hit<T>(held === undefined ? 'hit-l2' : 'hit-l1', entry);
      }
    }
    throw error;
  }

  #reportRefresh(key: string, error: unknown): void {
    quietly(() => this.#onRefreshError(key, error));
  }

  get #leaseMs(): number {
    return this.#loadLimitMs + LEASE_MARGIN_MS;
  }

  /** Returns the fence of an entry with these tags that was read when the flight began. */
  #fenceOf({ fence }: Flight, key: string, { tags }: Pick<Entry, 'tags'>): MemoryFence {
    return this.#tiers.memory.fenceWith(fence, key, tags);
  }
}

function staleOf(claim: Claim): Entry | undefined {
  return claim.state === 'hit' ? undefined : claim.stale;
}
