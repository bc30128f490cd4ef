import { KafkaEventProducer } from '../src/kafka/kafka-event-producer.ts';
import { OutboxRelay } from '../src/outbox/outbox-relay.ts';
import { SILENT } from './silent-logger.ts';

/** Runs a relay as a process that the test can freeze. Arguments: brokers, database, measuring interval in ms. */
const [brokers = '', databaseUrl = '', measureMs = ''] = process.argv.slice(2);
const producer = new KafkaEventProducer({ brokers: brokers.split(','), clientId: 'relay', logger: SILENT });
const relay = new OutboxRelay({
  name: 'a process',
  databaseUrl,
  producer,
  source: '/test',
  logger: SILENT,
  pollMs: 50,
  measureMs: Number(measureMs),
});
relay.start();
process.once('SIGTERM', () => {
  void relay.stop().then(() => producer.close());
});
