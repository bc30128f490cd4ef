import { randomUUID } from 'node:crypto';
import { SILENT } from '../../../test/silent-logger.ts';
import { encodeEvent } from '../../../src/events/cloud-event.codec.ts';
import { KafkaClient } from '../../../src/kafka/kafka-client.ts';
import { type Outbox } from '../outbox.ts';

const AT_ONCE = 100;

/** Sends with kafkajs's producer: a hundred messages a send, acknowledged by all replicas, one send after the other. */
export async function bareSends({ kafka, bare: type, count }: Outbox, events: number) {
  const client = new KafkaClient({ brokers: kafka.brokers, clientId: 'bare', logger: SILENT });
  const producer = client.kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const startedAt = performance.now();
  for (let from = 0; from < events; from += AT_ONCE) {
    const messages = Array.from({ length: Math.min(AT_ONCE, events - from) }, (_, n) =>
      encodeEvent({
        ...{ id: randomUUID(), type: type.type, source: '/bench', time: new Date() },
        key: `key-${(from + n) % 1_000}`,
        json: JSON.stringify({ number: from + n }),
      }),
    );
    await producer.send({ topic: type.topic, acks: -1, messages });
  }
  const elapsedMs = performance.now() - startedAt;
  await producer.disconnect();
  client.destroy();
  count(type.topic, events);
  return { elapsedMs };
}
