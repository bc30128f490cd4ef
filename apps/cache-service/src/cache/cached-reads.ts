import { CacheManager, type Cached, type GetOrSetOptions, LoadTimeoutError } from '@groundwork/caching';
import { Metrics } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { sourceUnavailable } from '../source/source.ts';

/** Reads through the cache, and counts the reads by kind of entry and by the tier that answered. */
@Injectable()
export class CachedReads {
  private readonly reads: Counter<'entry' | 'from'>;

  constructor(
    @Inject(CacheManager) private readonly cache: CacheManager,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.reads = new Counter({
      name: 'cache_reads_total',
      help: 'Reads by kind of entry and by the tier or source that answered',
      labelNames: ['entry', 'from'],
      registers: [metrics.registry],
    });
  }

  async read<T>(entry: string, key: string, options: GetOrSetOptions<T>): Promise<Cached<T>> {
    try {
      const cached = await this.cache.getOrSet(key, options);
      this.reads.inc({ entry, from: cached.collapsed ? 'collapsed' : cached.from });
      return cached;
    } catch (error) {
      this.reads.inc({ entry, from: 'error' });
      throw error instanceof LoadTimeoutError ? sourceUnavailable(error) : error;
    }
  }
}
