import { type CacheManager } from './cache-manager.ts';
import { type GetOrSetOptions, type SetOptions } from './cache-manager-options.ts';
import { type Cached } from './cached.ts';
import { tagOf } from './invalidation/target.ts';

/**
 * A part of a cache with keys of its own. It is cleared in one step, whatever the number of its entries: they share a tag. The
 * methods are those of `CacheManager`.
 */
export class CacheNamespace {
  readonly #manager: CacheManager;
  readonly #name: string;
  readonly #tag: string;

  /** @throws {RangeError} for a name that is not 1 to 100 characters without a colon, an asterisk or a space */
  constructor(manager: CacheManager, name: string) {
    this.#manager = manager;
    this.#name = name;
    this.#tag = tagOf(name);
  }

  getOrSet<T>(key: string, options: GetOrSetOptions<T>): Promise<Cached<T>> {
    return this.#manager.getOrSet(this.#keyOf(key), this.#tagged(options));
  }

  get<T>(key: string): Promise<Cached<T> | undefined> {
    return this.#manager.get(this.#keyOf(key));
  }

  /** Returns the values by the keys of the namespace. */
  async getMany<T>(keys: readonly string[]): Promise<ReadonlyMap<string, Cached<T>>> {
    const found = await this.#manager.getMany<T>(keys.map((key) => this.#keyOf(key)));
    return new Map([...found].map(([key, cached]) => [key.slice(this.#name.length + 1), cached]));
  }

  set<T>(key: string, value: T, options: SetOptions<T>): Promise<void> {
    return this.#manager.set(this.#keyOf(key), value, this.#tagged(options));
  }

  delete(key: string): Promise<void> {
    return this.#manager.delete(this.#keyOf(key));
  }

  /** Removes all entries. @param once the identity of the change, if every process is notified of it */
  clear(once?: string): Promise<void> {
    return this.#manager.invalidate({ namespaces: [this.#name], ...(once !== undefined && { once }) });
  }

  #keyOf(key: string): string {
    return `${this.#name}:${key}`;
  }

  #tagged<O extends { readonly tags?: readonly string[] }>(options: O): O {
    return { ...options, tags: [this.#tag, ...(options.tags ?? [])] };
  }
}
