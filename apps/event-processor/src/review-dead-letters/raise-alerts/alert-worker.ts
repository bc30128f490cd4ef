import { ratePolicy, TokenBucket } from '@groundwork/rate-limiting';
import { LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type EventProcessorConfig } from '../../config.ts';
import { Repeating } from '../background/repeating.ts';
import { deliverAlert } from './deliver-alert.ts';

const FORGET_EVERY_MS = 60_000;

/**
 * Delivers alerts on every instance. Without a webhook it deletes them, so that a webhook configured later gets no old
 * alerts.
 */
@Injectable()
export class AlertWorker implements OnApplicationBootstrap {
  private readonly repeating: Repeating;

  constructor(
    @Inject(CONFIG) { ALERT_WEBHOOK_URL: webhookUrl, ALERTS_PER_SECOND: ratePerSecond }: EventProcessorConfig,
    @Inject(DataSource) database: DataSource,
    @Inject(LOGGER) logger: Logger,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    const failed = (err: unknown, alert: string, delayMs: number) =>
      logger.warn({ err, alert, delayMs }, 'an alert could not be delivered; it is retried after delayMs');
    const gaveUp = (err: unknown, alert: string) =>
      logger.error(
        { err, alert },
        'the webhook refuses an alert; it is stored as failed, see /v1/admin/dead-letters/stats',
      );
    const limit = new TokenBucket(ratePolicy({ name: 'alerts', capacity: ratePerSecond, ratePerSecond }));
    this.repeating = new Repeating('alerts', logger, async () => {
      if (webhookUrl !== undefined) return deliverAlert(database, { webhookUrl, limit, failed, gaveUp });
      await database.query('delete from alerts');
      return FORGET_EVERY_MS;
    });
    shutdown.on('drain-consumers', 'alerts', () => this.repeating.stop());
  }

  onApplicationBootstrap(): void {
    this.repeating.start();
  }
}
