import { type EdgeTier, type PurgeOptions } from '../src/edge/edge-tier.ts';

interface StoredObject {
  readonly version: number;
  readonly tag: string;
}

/** An edge in memory with one object for each tag, whose fetches take time: a response may arrive after a purge. */
export class MemoryEdge implements EdgeTier {
  readonly #objects = new Map<string, StoredObject>();
  readonly #now: () => number;
  /** When each tag was purged. */
  readonly purges = new Map<string, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  store(tag: string, version: number): void {
    this.#objects.set(tag, { tag, version });
  }

  /** The version that a client gets, or undefined for a miss. */
  read(tag: string): number | undefined {
    return this.#objects.get(tag)?.version;
  }

  async purgeTags(tags: readonly string[], _options?: PurgeOptions): Promise<void> {
    for (const tag of tags) {
      this.#objects.delete(tag);
      this.purges.set(tag, [...(this.purges.get(tag) ?? []), this.#now()]);
    }
  }

  purge(urls: readonly string[]): Promise<void> {
    return this.purgeTags(urls);
  }
}
