import { KafkaEventProducer, OutboxRelay, prometheusRelayMetrics } from '@groundwork/messaging';
import { LOGGER, type Logger, Metrics, Shutdown } from '@groundwork/service-kit';
import {
  type FactoryProvider,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import { CONFIG, type EventProcessorConfig } from '../config.ts';

const relayProvider: FactoryProvider<OutboxRelay> = {
  provide: OutboxRelay,
  inject: [CONFIG, LOGGER, Metrics, Shutdown],
  useFactory(config: EventProcessorConfig, logger: Logger, metrics: Metrics, shutdown: Shutdown) {
    const producer = new KafkaEventProducer({
      brokers: config.KAFKA_BROKERS,
      clientId: `event-processor-relay-${config.INSTANCE_ID}`,
      logger,
    });
    const relay = new OutboxRelay({
      name: 'outbox-relay events',
      databaseUrl: config.DATABASE_URL,
      source: '/event-processor',
      producer,
      logger,
      metrics: prometheusRelayMetrics(metrics.registry),
    });
    // Runs after the consumers have drained, so the events that they committed last are published before the exit.
    shutdown.on('flush', 'outbox', async () => {
      await relay.stop();
      await producer.close();
    });
    return relay;
  },
};

@Injectable()
class StartRelay implements OnApplicationBootstrap {
  constructor(@Inject(OutboxRelay) private readonly relay: OutboxRelay) {}

  onApplicationBootstrap(): void {
    this.relay.start();
  }
}

export const outboxProviders: Provider[] = [relayProvider, StartRelay];
