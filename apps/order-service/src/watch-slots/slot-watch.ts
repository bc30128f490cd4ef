import { LOGGER, type Logger, Metrics, Shutdown } from '@groundwork/service-kit';
import { type HotSlot, SlotLoad, type SlotLoadReport } from '@groundwork/sharding';
import { readHotSlots, reportSlotLoad } from '@groundwork/sharding/postgres';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Pool } from 'pg';
import { Gauge } from 'prom-client';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { DIRECTORY_POOL } from '../storage/directory-pool.provider.ts';

const INTERVAL_MS = 1_000;

/**
 * Flags the slots that carry far more than their share of the load. Every instance reports its busiest slots to the
 * directory. The reports of all instances together decide which slots are hot, both for `npm run shards -- status` and for
 * the metrics; the metric of an instance shows its own rate of a hot slot. Metrics exist for hot slots only, so that their
 * number stays small.
 */
@Injectable()
export class SlotWatch implements OnApplicationBootstrap {
  private readonly instance: string;
  private readonly gauge: Gauge<'slot'>;
  private timer: NodeJS.Timeout | undefined;
  private tickedAt = performance.now();
  private wasBusy = false;

  constructor(
    @Inject(SlotLoad) private readonly load: SlotLoad,
    @Inject(DIRECTORY_POOL) private readonly directory: Pool,
    @Inject(CONFIG) config: OrderServiceConfig,
    @Inject(Metrics) metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    this.instance = `${config.INSTANCE_ID}:${process.pid}`;
    this.gauge = new Gauge({
      name: 'hot_slot_operations_per_second',
      help: 'Operations per second of slots that carry far more than the mean of all slots',
      labelNames: ['slot'],
      registers: [metrics.registry],
    });
    shutdown.on('flush', 'slot watch', () => this.stop());
  }

  onApplicationBootstrap(): void {
    this.tickedAt = performance.now();
    this.timer = setInterval(() => void this.look(), INTERVAL_MS).unref();
  }

  private async look(): Promise<void> {
    const now = performance.now();
    const report = this.load.tick(now - this.tickedAt);
    this.tickedAt = now;
    const isBusy = report.busiest.length > 0;
    const hot = isBusy || this.wasBusy ? await this.judge(report) : [];
    this.wasBusy = isBusy;
    const isHot = new Set(hot.map(({ slot }) => slot));
    this.gauge.reset();
    for (const { slot, operationsPerSecond } of report.busiest)
      if (isHot.has(slot)) this.gauge.set({ slot }, operationsPerSecond);
  }

  private async judge(report: SlotLoadReport): Promise<readonly HotSlot[]> {
    try {
      await reportSlotLoad(this.directory, this.instance, report);
      return await readHotSlots(this.directory);
    } catch (error) {
      this.logger.warn(
        { err: error },
        'hot slots could not be exchanged with the directory; retrying in 1 s',
      );
      return [];
    }
  }

  private async stop(): Promise<void> {
    clearInterval(this.timer);
    if (this.wasBusy) await this.judge({ operationsPerSecond: 0, busiest: [] });
  }
}
