import { setTimeout as delay } from 'node:timers/promises';
import { forgetConsumedEvents } from '@groundwork/messaging';
import { LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type EventProcessorConfig } from '../config.ts';

const EVERY_MS = 3_600_000;
const ROWS_AT_ONCE = 1_000;

/**
 * Periodically removes inbox rows of events that will not be delivered again. Operators may still redrive events of dead
 * letters.
 */
@Injectable()
export class ForgetConsumedEvents implements OnApplicationBootstrap {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: EventProcessorConfig,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    shutdown.on('drain-consumers', 'removal of consumed events', async () => {
      this.stopping.abort();
      await this.running;
    });
  }

  onApplicationBootstrap(): void {
    this.running = this.nowAndThen();
  }

  /** Removes all rows that are older than the retention. @returns their number */
  async now(): Promise<number> {
    const retention = this.config.INBOX_RETENTION;
    const expired = { olderThanMs: retention, limit: ROWS_AT_ONCE, kept: mayBeRedriven(retention) };
    let forgotten = 0;
    for (let rows = ROWS_AT_ONCE; rows === ROWS_AT_ONCE && !this.stopping.signal.aborted;) {
      rows = await forgetConsumedEvents(this.database, expired);
      forgotten += rows;
    }
    return forgotten;
  }

  private async nowAndThen(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // A random delay: otherwise, instances that started together would all run at the same time.
      await delay(EVERY_MS * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.nowOrAnotherTime();
    }
  }

  private async nowOrAnotherTime(): Promise<void> {
    try {
      const rows = await this.now();
      if (rows > 0) this.logger.info({ rows }, 'removed expired events from the inbox');
    } catch (err) {
      this.logger.warn({ err }, 'expired events could not be removed from the inbox; the next run retries');
    }
  }
}

/** The event has an open dead letter, or one that was redriven recently and may still be in flight. */
const mayBeRedriven = (retentionMs: number) => `exists (
  select from dead_letters where dead_letters.event_id = inbox.event_id and (status = 'open'
    or status = 'redriven' and status_changed_at > now() - ${retentionMs} * interval '1 millisecond'))`;
