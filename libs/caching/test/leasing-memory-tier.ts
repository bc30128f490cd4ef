import { type Announcement } from '../src/invalidation/journal.ts';
import { type Entry, hasTags } from '../src/tiers/entry.ts';
import { type MemoryFence, MemoryTier } from '../src/tiers/memory-tier.ts';
import {
  type Announced,
  type Change,
  type Claim,
  type Invalidation,
  type LeasingTier,
  type Put,
} from '../src/tiers/tier.ts';
import { type LocalJournal } from './local-journal.ts';

/** The current lease: the fence whose write is accepted, and the time at which the lease expires. */
interface Holder {
  readonly fence: MemoryFence;
  readonly until: number;
}

interface LeasingMemoryTierOptions {
  readonly now?: () => number;
  /** Receives the changes of the tier. */
  readonly journal?: LocalJournal;
}

/** A shared tier without a server, for several managers of one test. It records each call, and fails it while it is down. */
export class LeasingMemoryTier implements LeasingTier<MemoryFence> {
  readonly calls: string[] = [];
  isDown = false;
  readonly #now: () => number;
  readonly #journal: LocalJournal | undefined;
  readonly #memory: MemoryTier;
  readonly #holders = new Map<string, Holder>();
  #feedPosition: string | undefined;
  readonly #versions = new Map<string, number>();
  readonly #changes = new Set<string>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor({ now = () => performance.now(), journal }: LeasingMemoryTierOptions = {}) {
    this.#now = now;
    this.#journal = journal;
    this.#memory = new MemoryTier({ now });
  }

  async read(key: string): Promise<Entry | undefined> {
    this.#note('read');
    return this.#memory.read(key);
  }

  async fence(key: string, tags: readonly string[]): Promise<MemoryFence> {
    this.#note('fence');
    return this.#hold(key, tags, 0);
  }

  async write(key: string, entry: Entry, fence: MemoryFence): Promise<boolean> {
    this.#note('write');
    return this.#letGo(key, fence, () => this.#memory.write(key, entry, fence));
  }

  async claim(
    key: string,
    tags: readonly string[],
    leaseMs: number,
    freshForMs = 0,
  ): Promise<Claim<MemoryFence>> {
    this.#note('claim');
    const found = this.#memory.read(key);
    const entry = found !== undefined && hasTags(found, tags) ? found : undefined;
    if (entry !== undefined && entry.freshMs > freshForMs) return { state: 'hit', entry };
    const holder = this.#holders.get(key);
    if (holder !== undefined && this.#now() < holder.until && this.#memory.intact(holder.fence)) {
      return { state: 'busy', leaseEndsInMs: holder.until - this.#now(), stale: entry };
    }
    return { state: 'granted', fence: this.#hold(key, tags, leaseMs), stale: entry };
  }

  async release(key: string, fence: MemoryFence): Promise<void> {
    this.#note('release');
    this.#letGo(key, fence, () => true);
  }

  onLoadEnded(key: string, wake: () => void): () => void {
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(wake));
    return () => waiting.delete(wake);
  }

  async put(key: string, entry: Entry, fence: MemoryFence, change: Change): Promise<Put> {
    this.#note('put');
    const { by, version } = change;
    if (version !== undefined && (this.#versions.get(key) ?? 0) > version) {
      this.#letGo(key, fence, () => false);
      return { outcome: 'older', position: this.#journal?.end };
    }
    const isStored = this.#letGo(key, fence, () => this.#memory.write(key, entry, fence));
    if (isStored && version !== undefined) this.#remember(key, version);
    if (!isStored) return { outcome: 'overtaken' };
    return { outcome: 'stored', ...this.#announce({ kind: 'invalidate', keys: [key], by }) };
  }

  async invalidate(target: Invalidation): Promise<Announced> {
    return this.#change('invalidate', target);
  }

  async expire(target: Invalidation): Promise<Announced> {
    return this.#change('expire', target);
  }

  async feedPosition(): Promise<string | undefined> {
    this.#note('feedPosition');
    return this.#feedPosition;
  }

  async recordFeedPosition(position: string): Promise<void> {
    this.#note('recordFeedPosition');
    this.#feedPosition = position;
  }

  async recover(): Promise<void> {
    this.#note('recover');
  }

  #change(kind: 'invalidate' | 'expire', target: Invalidation): Announced {
    this.#note(kind);
    if (this.#isRepeated(kind, target)) return { position: this.#journal?.end };
    this.#memory[kind](target);
    if (target.version !== undefined)
      for (const key of target.keys ?? []) this.#remember(key, target.version);
    const { keys, tags, everything, by } = target;
    return this.#announce({ kind, keys, tags, everything, by });
  }

  #announce(announcement: Announcement): Announced {
    return { position: this.#journal?.announce(announcement) };
  }

  #remember(key: string, version: number): void {
    this.#versions.set(key, Math.max(version, this.#versions.get(key) ?? 0));
  }

  #isRepeated(call: string, target: Invalidation): boolean {
    if (target.once === undefined) return false;
    const change = JSON.stringify([call, target]);
    const isRepeated = this.#changes.has(change);
    this.#changes.add(change);
    return isRepeated;
  }

  #hold(key: string, tags: readonly string[], leaseMs: number): MemoryFence {
    const fence = this.#memory.fence(key, tags);
    this.#holders.set(key, { fence, until: this.#now() + leaseMs });
    return fence;
  }

  /** Ends the lease of the key if this fence holds it, then does the work and wakes the callers that wait. */
  #letGo(key: string, fence: MemoryFence, work: () => boolean): boolean {
    if (this.#holders.get(key)?.fence !== fence) return false;
    this.#holders.delete(key);
    const done = work();
    for (const wake of this.#waiting.get(key) ?? []) wake();
    return done;
  }

  #note(call: string): void {
    this.calls.push(call);
    if (this.isDown) throw new Error('the shared tier is down');
  }
}
