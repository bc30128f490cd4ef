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
 * Flags the slots that carry far more than their share. Every instance tells the directory of its busiest slots; which are hot
 * is decided by what all of them say, for `npm run shards -- status` and for the metrics alike: of a hot slot each instance
 * shows what it was asked itself. Only hot slots are named, so that metrics stay few.
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
      help: 'Operations of slots that carry far more than the mean of all',
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
      this.logger.warn({ err: error }, 'the directory cannot say which slots are hot');
      return [];
    }
  }

  private async stop(): Promise<void> {
    clearInterval(this.timer);
    if (this.wasBusy) await this.judge({ operationsPerSecond: 0, busiest: [] });
  }
}
