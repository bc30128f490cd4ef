import { type Clock } from '@groundwork/resilience';
import { type InvalidationChannel } from '../invalidation/channel.ts';
import { type Entry } from './entry.ts';
import { type MemoryFence, type MemoryTier } from './memory-tier.ts';
import { TierUnavailableError } from '../errors/tier-unavailable.error.ts';
import { type Announced, type Awaitable, type LeasingTier } from './tier.ts';

export interface TwoTiersOptions {
  readonly memory: MemoryTier;
  readonly shared: LeasingTier | undefined;
  readonly channel: InvalidationChannel | undefined;
  readonly clock: Clock;
  readonly hearing: boolean;
  readonly deafTtlMs: number;
}

/** Whether L2 has a change. */
export interface SharedChange {
  /** The answer of L2. undefined without an answer in time. */
  readonly announced?: Announced | undefined;
  /** Resolves when L2 has the change after all (`TierUnavailableError`). */
  readonly later?: Promise<Announced> | undefined;
}

/** L1 and L2, as far as they can be trusted at the moment. */
export class TwoTiers {
  readonly memory: MemoryTier;
  readonly channel: InvalidationChannel | undefined;
  readonly #shared: LeasingTier | undefined;
  readonly #clock: Clock;
  readonly #deafTtlMs: number;
  /** Whether L1 has the clock of the manager. Then a hit reads it once: reading it is a quarter of a hit. */
  readonly #isOneClock: boolean;
  hearing: boolean;

  constructor({ memory, shared, channel, clock, hearing, deafTtlMs }: TwoTiersOptions) {
    this.#clock = clock;
    this.memory = memory;
    this.channel = channel;
    this.hearing = hearing;
    this.#shared = shared;
    this.#deafTtlMs = deafTtlMs;
    this.#isOneClock = memory.now === clock.monotonicMs;
  }

  get isShared(): boolean {
    return this.#shared !== undefined;
  }

  /** Returns whether this process has applied all invalidations that have ended, so that L1 and loads in flight are not outdated. */
  isLocalTrusted(): boolean {
    return this.channel === undefined || this.channel.isTrusted();
  }

  /** Returns the entry of L1, fresh or stale, if it can be trusted. */
  readLocal(key: string): Entry | undefined {
    if (!this.#isOneClock) return this.isLocalTrusted() ? this.memory.read(key) : undefined;
    const now = this.memory.now();
    return this.channel === undefined || this.channel.isTrusted(now) ? this.memory.read(key, now) : undefined;
  }

  /** `knownAt` is earlier than the moment at which L2 read its clock, so an entry never expires later in L1 than in L2. */
  keepLocal(key: string, entry: Entry, fence: MemoryFence, knownAt: number): boolean {
    const elapsedMs = this.#clock.monotonicMs() - knownAt;
    const ttlMs = Math.min(entry.ttlMs - elapsedMs, this.longestLocalMs);
    return this.memory.write(
      key,
      { ...entry, ttlMs, freshMs: Math.min(entry.freshMs - elapsedMs, ttlMs) },
      fence,
    );
  }

  /** The longest time that this process may keep an entry for. */
  get longestLocalMs(): number {
    return this.hearing ? Infinity : this.#deafTtlMs;
  }

  /** Asks L2. Returns undefined without one, when it fails, and while invalidations may be lost. */
  async askShared<R>(ask: (shared: LeasingTier) => Awaitable<R>): Promise<R | undefined> {
    return this.hearing ? this.tryShared(ask) : undefined;
  }

  /** Changes L2, also while invalidations may be lost. */
  async changeShared(change: (shared: LeasingTier) => Awaitable<Announced>): Promise<SharedChange> {
    try {
      return { announced: this.#shared && (await change(this.#shared)) };
    } catch (error) {
      return { later: error instanceof TierUnavailableError ? error.delivered : undefined };
    }
  }

  /** Asks L2, also while invalidations may be lost. */
  async tryShared<R>(ask: (shared: LeasingTier) => Awaitable<R>): Promise<R | undefined> {
    try {
      return this.#shared && (await ask(this.#shared));
    } catch {
      // The guard of the tier reports the cause. This call continues without L2.
      return undefined;
    }
  }
}
