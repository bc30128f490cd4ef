import { setTimeout as delay } from 'node:timers/promises';
import { LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { type Shard } from '../storage/shard.ts';
import { Sagas } from '../run-sagas/sagas.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { type Expired, forgetExpired } from './forget-expired.statement.ts';

const EVERY_MS = 3_600_000;
const ROWS_AT_ONCE = 1_000;

/** Deletes expired idempotency keys, consumed events and sagas, about every hour. */
@Injectable()
export class ForgetExpired implements OnApplicationBootstrap {
  private readonly stopping = new AbortController();
  private readonly expired: readonly Expired[];
  private readonly sagaRetentionMs: number;
  private running: Promise<void> | undefined;

  constructor(
    @Inject(CONFIG) config: OrderServiceConfig,
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(Sagas) private readonly sagas: Sagas,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    this.sagaRetentionMs = config.SAGA_RETENTION;
    this.expired = [
      { table: 'idempotency_keys', olderThanMs: config.IDEMPOTENCY_RETENTION, limit: ROWS_AT_ONCE },
      { table: 'inbox', olderThanMs: config.INBOX_RETENTION, limit: ROWS_AT_ONCE },
    ];
    shutdown.on('drain-consumers', 'forgetting of what has expired', async () => {
      this.stopping.abort();
      await this.running;
    });
  }

  onApplicationBootstrap(): void {
    this.running = this.nowAndThen();
  }

  /** Deletes all expired rows on every reachable shard. */
  async onAllShards(): Promise<void> {
    await Promise.all(this.shards.serving.map((shard) => this.onShard(shard)));
    await this.forgetSagas();
  }

  private async nowAndThen(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // Random delays spread the work of instances that were started together.
      await delay(EVERY_MS * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.onAllShards();
    }
  }

  private async onShard(shard: Shard): Promise<void> {
    try {
      for (const expired of this.expired) await this.forgetAll(shard, expired);
    } catch (err) {
      this.logger.warn(
        { err, shard: shard.name },
        'expired rows could not be deleted; retrying in about an hour',
      );
    }
  }

  private async forgetSagas(): Promise<void> {
    try {
      for (let count = ROWS_AT_ONCE; count === ROWS_AT_ONCE && !this.stopping.signal.aborted;) {
        count = await this.sagas.log.forgetEnded(this.sagaRetentionMs, ROWS_AT_ONCE);
        if (count > 0) this.logger.info({ sagas: count }, 'deleted ended sagas after their retention');
      }
    } catch (err) {
      this.logger.warn({ err }, 'ended sagas could not be deleted; retrying in about an hour');
    }
  }

  private async forgetAll(shard: Shard, expired: Expired): Promise<void> {
    let forgotten = 0;
    for (let rows = expired.limit; rows === expired.limit && !this.stopping.signal.aborted;) {
      rows = await shard.transaction((manager) => forgetExpired(manager, expired));
      forgotten += rows;
    }
    if (forgotten > 0)
      this.logger.info({ shard: shard.name, table: expired.table, rows: forgotten }, 'deleted expired rows');
  }
}
