import { type CacheManager } from '../cache-manager.ts';
import { LoadTimeoutError } from '../errors/load-timeout.error.ts';
import { WriteStoreUnavailable } from './errors.ts';
import { type LogEntry } from './write-log.ts';
import { type Stored, type WriteStore } from './write-store.ts';

export interface BasesOptions {
  readonly store: WriteStore;
  /** The prefix of the keys in the cache. */
  readonly name: string;
  readonly cache?: CacheManager | undefined;
  readonly ttlMs: number;
}

/** Values of the store without what is pending in the log, read through the cache if there is one. */
export class Bases {
  readonly #options: BasesOptions;

  constructor(options: BasesOptions) {
    this.#options = options;
  }

  /**
   * @param floor a cached value that was read before this position is not used
   * @throws {WriteStoreUnavailable} when the store does not answer, or not in time
   */
  async read(collection: string, key: string, floor: number): Promise<Stored> {
    const { cache, store, ttlMs } = this.#options;
    const load = () => store.read(collection, key);
    if (cache === undefined) return load();
    try {
      const { value } = await cache.getOrSet(this.#nameOf(collection, key), { ttlMs, load });
      return value.position < floor ? await load() : value;
    } catch (error) {
      throw error instanceof LoadTimeoutError ? new WriteStoreUnavailable({ cause: error }) : error;
    }
  }

  /**
   * Removes the values that these entries have changed.
   *
   * @returns whether no process serves an older value from its cache any longer
   */
  async forget(entries: readonly LogEntry[]): Promise<boolean> {
    const { cache } = this.#options;
    const keys = new Set(entries.map(({ collection, key }) => this.#nameOf(collection, key)));
    if (cache === undefined || keys.size === 0) return true;
    try {
      return (await cache.invalidate({ keys: [...keys] })).everywhere;
    } catch {
      return false;
    }
  }

  #nameOf(collection: string, key: string): string {
    return `${this.#options.name}:${JSON.stringify([collection, key])}`;
  }
}
