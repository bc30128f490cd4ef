import { SILENT } from '../../test/silent-logger.ts';
import { type EventProducer } from '../../src/kafka/event-producer.ts';
import { OutboxRelay, type OutboxRelayOptions } from '../../src/outbox/outbox-relay.ts';

export function relayOf(
  databaseUrl: string,
  producer: EventProducer,
  metrics?: OutboxRelayOptions['metrics'],
): OutboxRelay {
  return new OutboxRelay({
    ...{ name: 'relay', source: '/bench', logger: SILENT, databaseUrl, producer },
    ...(metrics !== undefined && { metrics }),
  });
}
