import { CacheManager, type CacheStatistics } from '@groundwork/caching';
import { Metrics } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';

const COUNTERS: readonly (readonly [
  name: string,
  help: string,
  value: (statistics: CacheStatistics) => number,
])[] = [
  ['cache_l1_hits_total', 'Reads that the memory of this process answered', ({ l1 }) => l1.hits],
  ['cache_l2_hits_total', 'Reads that Redis answered', ({ l2 }) => l2.hits],
  [
    'cache_l1_evictions_total',
    'Entries that were removed from memory to make room',
    ({ l1 }) => l1.evictions,
  ],
  ['cache_loads_total', 'Loads from the source', ({ loads }) => loads],
  ['cache_load_errors_total', 'Loads from the source that failed', ({ loadErrors }) => loadErrors],
  ['cache_waits_total', 'Waits for the load of another process', ({ waits }) => waits],
  ['cache_stale_total', 'Stale values that were served', ({ stale }) => stale],
  ['cache_changes_total', 'Invalidations and other changes', ({ changes }) => changes],
  [
    'cache_changes_not_everywhere_total',
    'Changes that did not reach all processes in time, because Redis could not be reached',
    ({ changesNotEverywhere }) => changesNotEverywhere,
  ],
];

/** Exports the statistics of the cache. */
@Injectable()
export class CacheMetrics {
  constructor(@Inject(CacheManager) cache: CacheManager, @Inject(Metrics) { registry }: Metrics) {
    for (const [name, help, value] of COUNTERS)
      new Counter({
        ...{ name, help, registers: [registry] },
        collect() {
          this.reset();
          this.inc(value(cache.statistics));
        },
      });
    for (const [name, help, value] of [
      ['cache_l1_entries', 'Entries in the memory of this process', () => cache.statistics.l1.entries],
      [
        'cache_l1_bytes',
        'Estimated bytes of the heap that these entries take',
        () => cache.statistics.l1.bytes,
      ],
    ] as const)
      new Gauge({
        ...{ name, help, registers: [registry] },
        collect() {
          this.set(value());
        },
      });
  }
}
