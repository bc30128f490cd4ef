import { setTimeout as delay } from 'node:timers/promises';
import { type Consumer, type Kafka, type Producer } from 'kafkajs';

/**
 * NAIVE ON PURPOSE: the retries of many articles. The lab `dead-letters` shows how they fail; use `KafkaStrategy` of
 * `libs/messaging`.
 *
 * A counter in the payload says how often an event has failed. One retry topic holds all waiting events, so a short delay waits
 * behind a long one, and the later events of the key overtake the event that failed. Every error is retried.
 */
export class NaiveRetries {
  private readonly producer: Producer;
  private readonly consumers: Consumer[] = [];
  readonly deadLetters: string[] = [];

  constructor(
    private readonly kafka: Kafka,
    private readonly topics: { readonly events: string; readonly retry: string },
    private readonly delaysMs: readonly number[],
    private readonly work: (key: string, number: number) => void,
  ) {
    this.producer = kafka.producer();
  }

  async start(groupId: string): Promise<void> {
    await this.producer.connect();
    await this.consume(groupId, this.topics.events);
    await this.consume(`${groupId}.retry`, this.topics.retry);
  }

  async close(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.disconnect()));
    await this.producer.disconnect();
  }

  private async consume(groupId: string, topic: string): Promise<void> {
    const consumer = this.kafka.consumer({ groupId });
    this.consumers.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const key = String(message.key);
        const { number, attempts = 0, dueAt = 0 } = JSON.parse(String(message.value)) as Waiting;
        await delay(Math.max(0, dueAt - Date.now()));
        try {
          this.work(key, number);
        } catch {
          await this.retryOrGiveUp(key, { number, attempts: attempts + 1 });
        }
      },
    });
  }

  private async retryOrGiveUp(key: string, { number, attempts = 0 }: Waiting): Promise<void> {
    const delayMs = this.delaysMs[attempts - 1];
    if (delayMs === undefined) {
      this.deadLetters.push(`${key} ${number}`);
      return;
    }
    const value = JSON.stringify({ number, attempts, dueAt: Date.now() + delayMs } satisfies Waiting);
    await this.producer.send({ topic: this.topics.retry, messages: [{ key, value }] });
  }
}

interface Waiting {
  readonly number: number;
  readonly attempts?: number;
  readonly dueAt?: number;
}
