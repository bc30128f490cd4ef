import { LOGGER, type Logger, Metrics, Shutdown } from '@groundwork/service-kit';
import { type HotSlot, SlotLoad } from '@groundwork/sharding';
import { reportHotSlots } from '@groundwork/sharding/postgres';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Pool } from 'pg';
import { Gauge } from 'prom-client';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { DIRECTORY_POOL } from '../storage/directory-pool.provider.ts';

const INTERVAL_MS = 1_000;

/**
 * Flags the slots that carry far more than their share: in the metrics of this instance, and in the directory, where
 * `npm run shards -- status` adds up what all instances say. Only hot slots are named, so that metrics stay few.
 */
@Injectable()
export class SlotWatch implements OnApplicationBootstrap {
  private readonly instance: string;
  private readonly gauge: Gauge<'slot'>;
  private timer: NodeJS.Timeout | undefined;
  private tickedAt = performance.now();
  private wasHot = false;

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
    const hot = this.load.tick(now - this.tickedAt);
    this.tickedAt = now;
    this.gauge.reset();
    for (const { slot, operationsPerSecond } of hot) this.gauge.set({ slot }, operationsPerSecond);
    if (hot.length > 0 || this.wasHot) await this.report(hot);
    this.wasHot = hot.length > 0;
  }

  private async report(hot: readonly HotSlot[]): Promise<void> {
    try {
      await reportHotSlots(this.directory, this.instance, hot);
    } catch (error) {
      this.logger.warn({ err: error }, 'the hot slots are not reported to the directory');
    }
  }

  private async stop(): Promise<void> {
    clearInterval(this.timer);
    if (this.wasHot) await this.report([]);
  }
}
