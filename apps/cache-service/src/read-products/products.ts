import { type Cached } from '@groundwork/caching';
import { type Product, type ProductList } from '@groundwork/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { CachedReads } from '../cache/cached-reads.ts';
import { ALL_PRODUCTS, ONE_PRODUCT, productOf, type ProductRow } from '../source/product.rows.ts';
import { Source } from '../source/source.ts';

/** How old a product may get if no invalidation comes through at all. */
const TTL_MS = 30_000;
/** "There is no such product" is remembered too, for less: nothing announces a product that is new. */
const ABSENT_TTL_MS = 5_000;

/**
 * Products through the cache. A change of stock names the tags `product:<sku>` and `products`; a single product carries
 * the first alone, so that an order of one product leaves the others cached.
 */
@Injectable()
export class Products {
  constructor(
    @Inject(CachedReads) private readonly reads: CachedReads,
    @Inject(Source) private readonly source: Source,
  ) {}

  list(): Promise<Cached<ProductList>> {
    return this.reads.read('products', 'products', {
      ttlMs: TTL_MS,
      tags: ['products'],
      load: async () => ({ items: (await this.source.rows<ProductRow>(ALL_PRODUCTS)).map(productOf) }),
    });
  }

  /** The product, or `null` when there is none. */
  one(sku: string): Promise<Cached<Product | null>> {
    return this.reads.read<Product | null>('product', `product:${sku}`, {
      ttlMs: (product) => (product === null ? ABSENT_TTL_MS : TTL_MS),
      tags: [`product:${sku}`],
      load: async () => {
        const [row] = await this.source.rows<ProductRow>(ONE_PRODUCT, [sku]);
        return row === undefined ? null : productOf(row);
      },
    });
  }
}
