import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { type Numbered, numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { consume } from '../../test/test-consumer.ts';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { NO_METRICS } from '../consumer/consumer-metrics.ts';
import { type KafkaStrategy } from '../consumer/kafka.strategy.ts';
import { onceInInbox } from '../inbox/once-in-inbox.ts';
import { KafkaClient } from '../kafka/kafka-client.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { PostgresPartitionFence } from './postgres-partition-fence.ts';

const COMMITTED = 40;
const HANDLED = 50n;

describe('a consumer whose database is ahead of a restored broker', () => {
  let kafka: TestKafka;
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let fence: PostgresPartitionFence;
  let type: EventType<Numbered>;
  let groupId: string;
  let producer: KafkaEventProducer;
  let strategy: KafkaStrategy | undefined;

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    database = await openMessagingDatabase();
    fence = new PostgresPartitionFence(database.transactions);
    type = numberedOn(kafka.uniqueName('numbered'));
    groupId = kafka.uniqueName('group');
    await kafka.createTopic(type.topic, 1);
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    await fence.claim(groupId, [{ topic: type.topic, partition: 0, committed: HANDLED }]);
  });

  afterEach(async () => {
    await strategy?.close();
    await producer.close();
    await database.drop();
  });

  async function commit(offset: number): Promise<void> {
    const client = new KafkaClient({ brokers: kafka.brokers, clientId: 'test-admin', logger: SILENT });
    const admin = client.kafka.admin();
    await admin.connect();
    const partitions = [{ partition: 0, offset: String(offset) }];
    await admin.setOffsets({ groupId, topic: type.topic, partitions });
    await admin.disconnect();
    client.destroy();
  }

  it.each([
    ['the topic has grown beyond the offset of the database', 120, true, []],
    ['the topic ends before the offset of the database', 45, true, [['truncated', 4n]]],
    ['the topic ends before that offset, and new groups start at its end', 45, false, [['truncated', 4n]]],
    ['the topic ends even before the committed offset', 30, false, [['truncated', 19n]]],
  ] as const)(
    'handles every event and reports the missing offsets when %s',
    async (_name, end, fromBeginning, missing) => {
      await producer.publish(Array.from({ length: end + 1 }, (_, n) => numbered(type, `key-${n}`, n)));
      await commit(COMMITTED);
      const seen = new Set<number>();
      const reported: unknown[] = [];
      strategy = consume(
        kafka,
        type,
        async (event) => {
          await onceInInbox(database.transactions, 'test', event, () => Promise.resolve());
          seen.add(event.data.number);
        },
        {
          ...{ groupId, fence, fromBeginning },
          metrics: { ...NO_METRICS, missing: (_topic, reason, offsets) => reported.push([reason, offsets]) },
        },
      );
      await eventually(() => seen.has(end));
      const first = end < COMMITTED ? 0 : COMMITTED;
      await eventually(() => seen.size === end - first + 1);
      expect(Math.min(...seen)).toBe(first);
      expect(reported).toEqual(missing);
      await eventually(async () => {
        const { rows } = await database.pool.query('select next_offset from consumed_partitions');
        return (rows[0] as { next_offset: string }).next_offset === String(end + 1);
      });
    },
  );
});
