import { type CacheManager } from './cache-manager.ts';
import { type Changed, type GetOrSetOptions, type SetVersionOptions } from './cache-manager-options.ts';
import { type Cached } from './cached.ts';
import { tagOf } from './invalidation/target.ts';
import { assertKey } from './values/assert-names.ts';

/**
 * A part of a cache with keys of its own. It is cleared in one step, whatever the number of its entries: they share a tag. An entry
 * that was stored under such a key by another way is none of them.
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

  async getOrSet<T>(key: string, options: GetOrSetOptions<T>): Promise<Cached<T>> {
    return this.#manager.getOrSet(this.#keyOf(key), this.#tagged(options));
  }

  async get<T>(key: string): Promise<Cached<T> | undefined> {
    return this.#manager.get(this.#keyOf(key), [this.#tag]);
  }

  /** Returns the values by the keys of the namespace. */
  async getMany<T>(keys: readonly string[]): Promise<ReadonlyMap<string, Cached<T>>> {
    const found = await this.#manager.getMany<T>(
      keys.map((key) => this.#keyOf(key)),
      [this.#tag],
    );
    return new Map([...found].map(([key, cached]) => [key.slice(this.#name.length + 1), cached]));
  }

  async set<T>(key: string, value: T, options: SetVersionOptions<T>): Promise<Changed> {
    return this.#manager.set(this.#keyOf(key), value, this.#tagged(options));
  }

  async delete(key: string): Promise<Changed> {
    return this.#manager.delete(this.#keyOf(key));
  }

  /** Removes all entries. @param once the identity of the change, if every process is notified of it */
  clear(once?: string): Promise<Changed> {
    return this.#manager.invalidate({ namespaces: [this.#name], ...(once !== undefined && { once }) });
  }

  #keyOf(key: string): string {
    assertKey(key);
    return `${this.#name}:${key}`;
  }

  #tagged<O extends { readonly tags?: readonly string[] }>(options: O): O {
    return { ...options, tags: [this.#tag, ...(options.tags ?? [])] };
  }
}
