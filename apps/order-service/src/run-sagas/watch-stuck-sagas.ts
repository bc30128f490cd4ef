import { LOGGER, type Logger, Metrics, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Sagas } from './sagas.ts';

const EVERY_MS = 10_000;
/** Far longer than a saga takes while its shards answer. */
export const STUCK_AFTER_MS = 60_000;
const MOST_COUNTED = 1_000;

/** Reports sagas that do not end: in a metric for alerts, and in one log line for each saga. */
@Injectable()
export class WatchStuckSagas implements OnApplicationBootstrap {
  private readonly gauge: Gauge<'saga'>;
  private logged: ReadonlySet<string> = new Set();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    @Inject(Sagas) private readonly sagas: Sagas,
    @Inject(Metrics) metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    this.gauge = new Gauge({
      name: 'sagas_stuck',
      help: `Sagas that started more than ${STUCK_AFTER_MS / 1_000} s ago and have not ended`,
      labelNames: ['saga'],
      registers: [metrics.registry],
    });
    shutdown.on('drain-consumers', 'watch of stuck sagas', async () => {
      clearInterval(this.timer);
      await this.looking;
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => (this.looking = this.look()), EVERY_MS).unref();
  }

  async look(stuckAfterMs = STUCK_AFTER_MS): Promise<void> {
    try {
      const stuck = await this.sagas.log.unfinished(stuckAfterMs, MOST_COUNTED);
      this.gauge.reset();
      for (const { saga } of stuck) this.gauge.inc({ saga });
      for (const one of stuck)
        if (!this.logged.has(one.id))
          this.logger.error({ ...one }, 'saga has not ended; it is retried every 5 s');
      this.logged = new Set(stuck.map(({ id }) => id));
    } catch (err) {
      this.logger.warn({ err }, 'stuck sagas could not be counted; retrying in 10 s');
    }
  }
}
