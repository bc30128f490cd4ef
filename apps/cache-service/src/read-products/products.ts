import { type Cached } from '@groundwork/caching';
import { type Product, type ProductList } from '@groundwork/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { CachedReads } from '../cache/cached-reads.ts';
import { ALL_PRODUCTS, ONE_PRODUCT, productOf, type ProductRow } from '../source/product.rows.ts';
import { Source } from '../source/source.ts';

/** The maximum age of a cached product if no invalidation arrives. */
const TTL_MS = 30_000;
/** The absence of a product is cached for a shorter time, because no event announces a new product. */
const ABSENT_TTL_MS = 5_000;

/**
 * Reads products through the cache. A change of stock invalidates the tags `product:<sku>` and `products`. The entry of a
 * single product has only the first tag, so an order of one product leaves the other entries cached.
 */
@Injectable()
export class Products {
  /** The tags of the list, in the cache and at the edge. */
  static readonly LIST_TAGS = ['products'];

  constructor(
    @Inject(CachedReads) private readonly reads: CachedReads,
    @Inject(Source) private readonly source: Source,
  ) {}

  /** The tags of a product, in the cache and at the edge. */
  static tagsOf(sku: string): string[] {
    return [`product:${sku}`];
  }

  list(): Promise<Cached<ProductList>> {
    return this.reads.read('products', 'products', {
      ttlMs: TTL_MS,
      tags: Products.LIST_TAGS,
      load: async () => ({ items: (await this.source.rows<ProductRow>(ALL_PRODUCTS)).map(productOf) }),
    });
  }

  /** Returns the product, or `null` if it does not exist. */
  one(sku: string): Promise<Cached<Product | null>> {
    return this.reads.read<Product | null>('product', `product:${sku}`, {
      ttlMs: (product) => (product === null ? ABSENT_TTL_MS : TTL_MS),
      tags: Products.tagsOf(sku),
      load: async () => {
        const [row] = await this.source.rows<ProductRow>(ONE_PRODUCT, [sku]);
        return row === undefined ? null : productOf(row);
      },
    });
  }
}
