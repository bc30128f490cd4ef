import { KafkaEventProducer, OutboxRelay } from '@groundwork/messaging';
import { LOGGER, type Logger, Metrics, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { relayMetrics } from './relay-metrics.ts';

/**
 * Publishes what the shards' outboxes hold, a relay for each shard: one that is down holds up its own events only. All share
 * one producer. While the broker is away orders go on being placed and their events wait in the outbox.
 */
@Injectable()
export class OutboxRelays implements OnApplicationBootstrap {
  private readonly relays: readonly OutboxRelay[];

  constructor(
    @Inject(CONFIG) config: OrderServiceConfig,
    @Inject(LOGGER) logger: Logger,
    @Inject(Metrics) metrics: Metrics,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    const producer = new KafkaEventProducer({
      brokers: config.KAFKA_BROKERS,
      clientId: 'order-service-relay',
      logger,
    });
    const shared = { producer, source: '/order-service', logger, metrics: relayMetrics(metrics.registry) };
    this.relays = [...config.SHARD_URLS].map(
      ([shard, databaseUrl]) => new OutboxRelay({ ...shared, name: `outbox-relay ${shard}`, databaseUrl }),
    );
    shutdown.on('flush', 'outbox relays', async () => {
      await Promise.all(this.relays.map((relay) => relay.stop()));
      await producer.close();
    });
  }

  onApplicationBootstrap(): void {
    for (const relay of this.relays) relay.start();
  }
}
