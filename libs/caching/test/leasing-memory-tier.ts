import { type Entry, hasTags } from '../src/tiers/entry.ts';
import { type MemoryFence, MemoryTier } from '../src/tiers/memory-tier.ts';
import { type Claim, type Invalidation, type LeasingTier } from '../src/tiers/tier.ts';

/** The current lease: the fence whose write is accepted, and the time at which the lease expires. */
interface Holder {
  readonly fence: MemoryFence;
  readonly until: number;
}

/** A shared tier without a server, for several managers of one test. It records each call, and fails it while it is down. */
export class LeasingMemoryTier implements LeasingTier<MemoryFence> {
  readonly calls: string[] = [];
  isDown = false;
  readonly #now: () => number;
  readonly #memory: MemoryTier;
  readonly #holders = new Map<string, Holder>();
  readonly #changes = new Set<string>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor({ now = () => performance.now() }: { now?: () => number } = {}) {
    this.#now = now;
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

  async claim(key: string, tags: readonly string[], leaseMs: number): Promise<Claim<MemoryFence>> {
    this.#note('claim');
    const found = this.#memory.read(key);
    const entry = found !== undefined && hasTags(found, tags) ? found : undefined;
    if (entry !== undefined && entry.freshMs > 0) return { state: 'hit', entry };
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

  async invalidate(target: Invalidation): Promise<void> {
    this.#note('invalidate');
    if (this.#isRepeated('invalidate', target)) return;
    this.#memory.invalidate(target);
  }

  async expire(target: Invalidation): Promise<void> {
    this.#note('expire');
    if (this.#isRepeated('expire', target)) return;
    this.#memory.expire(target);
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
