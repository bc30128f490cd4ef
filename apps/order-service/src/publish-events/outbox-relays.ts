import {
  KafkaEventProducer,
  OutboxRelay,
  type OutboxRelayOptions,
  prometheusRelayMetrics,
} from '@groundwork/messaging';
import { LOGGER, type Logger, Metrics, Shutdown } from '@groundwork/service-kit';
import { SLOT_IS_OWNED_SQL, SlotDirectory } from '@groundwork/sharding/postgres';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';

/**
 * Publishes the events in the outboxes of the shards, with one relay for each shard: a shard that is down delays only its
 * own events. All relays share one producer. While the broker is down, clients can still place orders, and their events wait
 * in the outbox. A newly added shard gets its relay when a slot map names it.
 */
@Injectable()
export class OutboxRelays implements OnApplicationBootstrap {
  private readonly relays = new Map<string, { readonly url: string; readonly relay: OutboxRelay }>();
  private readonly shared: Omit<OutboxRelayOptions, 'name' | 'databaseUrl'>;
  private stopped = false;

  constructor(
    @Inject(CONFIG) config: OrderServiceConfig,
    @Inject(SlotDirectory) private readonly directory: SlotDirectory,
    @Inject(LOGGER) logger: Logger,
    @Inject(Metrics) metrics: Metrics,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    const producer = new KafkaEventProducer({
      brokers: config.KAFKA_BROKERS,
      clientId: 'order-service-relay',
      logger,
    });
    this.shared = {
      producer,
      source: '/order-service',
      logger,
      metrics: prometheusRelayMetrics(metrics.registry),
      only: SLOT_IS_OWNED_SQL,
    };
    shutdown.on('flush', 'outbox relays', async () => {
      this.stopped = true;
      await Promise.all([...this.relays.values()].map(({ relay }) => relay.stop()));
      await producer.close();
    });
  }

  onApplicationBootstrap(): void {
    this.runFor(this.directory.current.shardUrls);
    this.directory.onChange(({ shardUrls }) => this.runFor(shardUrls));
  }

  /** Notifies the active relay of the shard of rows that were committed to its outbox. Never waits or throws. */
  hint(shard: string): void {
    this.relays.get(shard)?.relay.hint();
  }

  private runFor(shardUrls: ReadonlyMap<string, string>): void {
    if (this.stopped) return;
    for (const [shard, { url, relay }] of this.relays) {
      if (shardUrls.get(shard) === url) continue;
      this.relays.delete(shard);
      void relay.stop();
    }
    for (const [shard, url] of shardUrls) {
      if (this.relays.has(shard)) continue;
      const relay = new OutboxRelay({ ...this.shared, name: `outbox-relay ${shard}`, databaseUrl: url });
      this.relays.set(shard, { url, relay });
      relay.start();
    }
  }
}
