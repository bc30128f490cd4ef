import { setTimeout as delay } from 'node:timers/promises';
import { LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { type Shard } from '../storage/shard.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { type Expired, forgetExpired } from './forget-expired.statement.ts';

const EVERY_MS = 3_600_000;
const ROWS_AT_ONCE = 1_000;

/** Forgets the idempotency keys and the events that nobody will repeat any more, now and then, shard by shard. */
@Injectable()
export class ForgetExpired implements OnApplicationBootstrap {
  private readonly stopping = new AbortController();
  private readonly expired: readonly Expired[];
  private running: Promise<void> | undefined;

  constructor(
    @Inject(CONFIG) config: OrderServiceConfig,
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
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

  /** Forgets all that has expired on every shard that can be reached. */
  async onAllShards(): Promise<void> {
    await Promise.all(this.shards.serving.map((shard) => this.onShard(shard)));
  }

  private async nowAndThen(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // Spread out: instances that were started together would all do it at once.
      await delay(EVERY_MS * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.onAllShards();
    }
  }

  private async onShard(shard: Shard): Promise<void> {
    try {
      for (const expired of this.expired) await this.forgetAll(shard, expired);
    } catch (err) {
      this.logger.warn({ err, shard: shard.name }, 'what has expired is forgotten another time');
    }
  }

  private async forgetAll(shard: Shard, expired: Expired): Promise<void> {
    let forgotten = 0;
    for (let rows = expired.limit; rows === expired.limit && !this.stopping.signal.aborted;) {
      rows = await shard.transaction((manager) => forgetExpired(manager, expired));
      forgotten += rows;
    }
    if (forgotten > 0)
      this.logger.info(
        { shard: shard.name, table: expired.table, rows: forgotten },
        'forgot what has expired',
      );
  }
}
