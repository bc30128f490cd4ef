import { type Consumer, type Kafka } from 'kafkajs';
import { type Pool } from 'pg';

/**
 * NAIVE ON PURPOSE: the "exactly-once" consumer of many articles. The lab `exactly-once` shows how it fails; use `onceInInbox` of
 * `libs/messaging`.
 *
 * It remembers messages by topic, partition and offset. A message that the producer sends again has another offset. A topic that
 * is created again has the same offsets for other messages. The effect and the memory are two transactions, so a crash in
 * between repeats the effect.
 */
export async function consumeNaively(
  kafka: Kafka,
  pool: Pool,
  { topic, groupId }: { readonly topic: string; readonly groupId: string },
  effect: (number: number) => Promise<void>,
): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId, sessionTimeout: 6_000 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const name = `${topic}:${partition}:${message.offset}`;
      const { rowCount } = await pool.query('select from processed where name = $1', [name]);
      if (rowCount !== 0) return;
      const { number } = JSON.parse(String(message.value)) as { number: number };
      await effect(number);
      await pool.query('insert into processed (name) values ($1)', [name]);
    },
  });
  return consumer;
}
