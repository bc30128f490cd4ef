import { type EventType } from '@groundwork/contracts';
import { type TestKafka } from '@groundwork/testing';
import { SILENT } from '../../../test/silent-logger.ts';
import { KafkaClient } from '../../../src/kafka/kafka-client.ts';
import { type EffectsDatabase } from '../effects-database.ts';
import { Stopwatch } from '../filled-topic.ts';

/** Consumes in the usual way: kafkajs's `eachMessage`, with one transaction for each message's inbox row and effect. */
export async function oneTransactionEach(
  kafka: TestKafka,
  { topic }: EventType<unknown>,
  { pool }: EffectsDatabase,
  count: number,
) {
  const stopwatch = new Stopwatch(count);
  const client = new KafkaClient({ brokers: kafka.brokers, clientId: 'each', logger: SILENT });
  const consumer = client.kafka.consumer({ groupId: kafka.uniqueName('each') });
  const connection = await pool.connect();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    async eachMessage({ message }) {
      const id = String(message.headers?.['ce_id']);
      const { number } = JSON.parse(String(message.value)) as { number: number };
      await connection.query('begin');
      const { rowCount } = await connection.query(
        `insert into inbox (consumer, event_id) values ('bench', $1) on conflict do nothing`,
        [id],
      );
      if (rowCount === 1)
        await connection.query('insert into effects (event_id, number) values ($1, $2)', [id, number]);
      await connection.query('commit');
      stopwatch.count(1);
    },
  });
  const timed = await stopwatch.done;
  await consumer.disconnect();
  connection.release();
  client.destroy();
  return timed;
}
