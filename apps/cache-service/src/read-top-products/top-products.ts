import { type Cached } from '@groundwork/caching';
import { type TopProducts as TopProductsList } from '@groundwork/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { CachedReads } from '../cache/cached-reads.ts';
import { Source } from '../source/source.ts';
import { TOP_PRODUCTS, topProductOf, type TopProductRow } from '../source/top-product.rows.ts';

const TTL_MS = 30_000;
/** The largest `limit` of the contract. */
const LONGEST_LIST = 100;

/**
 * Reads the best sellers through the cache. Only the longest list is cached; shorter ones are taken from it. This needs one
 * entry and one query for each change instead of up to a hundred, and lists of different lengths are always consistent.
 */
@Injectable()
export class TopProducts {
  /** The tags of every list, in the cache and at the edge. */
  static readonly TAGS = ['top-products'];

  constructor(
    @Inject(CachedReads) private readonly reads: CachedReads,
    @Inject(Source) private readonly source: Source,
  ) {}

  async first(limit: number): Promise<Cached<TopProductsList>> {
    const cached = await this.reads.read('top-products', 'top-products', {
      ttlMs: TTL_MS,
      tags: TopProducts.TAGS,
      load: async () => ({
        items: (await this.source.rows<TopProductRow>(TOP_PRODUCTS, [LONGEST_LIST])).map(topProductOf),
      }),
    });
    return { ...cached, value: { items: cached.value.items.slice(0, limit) } };
  }
}
