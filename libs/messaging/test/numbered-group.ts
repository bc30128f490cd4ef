import { type EventType } from '@groundwork/contracts';
import { type TestKafka } from '@groundwork/testing';
import { type KafkaStrategy, type KafkaStrategyOptions } from '../src/consumer/kafka.strategy.ts';
import { type IncomingEvent } from '../src/events/incoming-event.ts';
import { KafkaEventProducer } from '../src/kafka/kafka-event-producer.ts';
import { type Numbered, numberedOn } from './numbered.ts';
import { SILENT } from './silent-logger.ts';
import { committedOffsets, consume } from './test-consumer.ts';

/** A topic of four partitions with numbered events, a producer, and a consumer group. `close` ends its members. */
export interface NumberedGroup {
  readonly type: EventType<Numbered>;
  readonly groupId: string;
  readonly producer: KafkaEventProducer;
  start(
    handler: (event: IncomingEvent<Numbered>) => Promise<void> | void,
    options?: Partial<KafkaStrategyOptions>,
  ): KafkaStrategy;
  committed(): Promise<Record<number, string>>;
  close(): Promise<void>;
}

export async function numberedGroup(kafka: TestKafka): Promise<NumberedGroup> {
  const type = numberedOn(kafka.uniqueName('numbered'));
  const groupId = kafka.uniqueName('group');
  await kafka.createTopic(type.topic, 4);
  const producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  const started: KafkaStrategy[] = [];
  return {
    type,
    groupId,
    producer,
    start(handler, options) {
      const strategy = consume(kafka, type, handler, { groupId, ...options });
      started.push(strategy);
      return strategy;
    },
    committed: () => committedOffsets(kafka, groupId, type.topic),
    async close() {
      await Promise.all(started.map((strategy) => strategy.close()));
      await producer.close();
    },
  };
}
