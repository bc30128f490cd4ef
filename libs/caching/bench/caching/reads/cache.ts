/** What is measured of a cache. A cache without a feature has no such method. */
export interface Cache {
  readonly name: string;
  /** Returns the value of the key, which has the tag of its name. */
  getOrSet(key: string, load: () => Promise<Product>): Promise<Product | undefined>;
  set?(key: string, value: Product): Promise<unknown>;
  getMany?(keys: readonly string[]): Promise<readonly (Product | undefined)[]>;
  /** Invalidates the entry of the key by its tag. */
  invalidateTag?(key: string): Promise<unknown>;
  close(): Promise<unknown>;
}

export type TaggedCache = Cache & Required<Pick<Cache, 'invalidateTag'>>;

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly priceCents: number;
  readonly stock: number;
}

export const OURS = 'ours';
export const OUR_TIER = 'ours, only L2';
export const IOREDIS = 'ioredis GET and JSON.parse';
export const BENTOCACHE = 'bentocache';
export const CACHEABLE = 'cacheable';
export const CACHE_MANAGER = 'cache-manager';

export const TTL_MS = 600_000;

/** The answer for a key is known, so that a wrong one is noticed. */
export function productOf(key: string): Product {
  return { sku: key, name: 'A lamp for the desk, with a long cable', priceCents: 4_990, stock: key.length };
}

/** @throws for an answer that is not the product of the key: it voids the run */
export function verify(cache: string, key: string, answer: Product | undefined): void {
  if (answer?.sku !== key || answer.stock !== key.length)
    throw new Error(`${cache} answered ${JSON.stringify(answer)} for ${key}`);
}
