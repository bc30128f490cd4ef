import {
  OrderPlaced,
  PaymentDeclined,
  PaymentSettled,
  StockRejected,
  StockReserved,
  Topics,
} from '@groundwork/contracts';
import { KafkaEventProducer, type OutgoingMessage } from '@groundwork/messaging';
import { eventually } from '@groundwork/testing';
import { type Consumer, type EachMessagePayload, Kafka, logLevel } from 'kafkajs';
import { SILENT } from '../platform/silent-logger.ts';

const TOPICS = [Topics.orders.name, Topics.inventory.name, Topics.payments.name];
/** Of the events published, one in so many is published again: 2 %. */
const COPY_EVERY = 50;
const COPIED_WITHIN_MS = 120_000;
/** kafkajs waits up to half a minute between attempts; a broker that is back is to be read again while the next fault is under way. */
const SOON_BACK = { retries: 100, initialRetryTime: 100, maxRetryTime: 1_000 };

/** How many different events of each kind were found on the topics. */
export interface EventCounts {
  readonly placed: number;
  readonly reserved: number;
  /** Stock rejected, payment settled or declined: what an order is settled by. */
  readonly outcomes: number;
}

/**
 * Reads what the platform publishes, and publishes some of it again under the same ids, as a producer does that was not
 * answered. A copy lies behind its original, on the same partition, with everything that came meanwhile in between.
 */
export class PublishedEvents {
  readonly #ids = new Map<string, Set<string>>();
  readonly #producer: KafkaEventProducer;
  readonly #consumer: Consumer;
  readonly #copies: OutgoingMessage[] = [];

  private constructor(brokers: string[]) {
    const kafka = new Kafka({
      brokers,
      clientId: 'chaos',
      logLevel: logLevel.NOTHING,
      retry: SOON_BACK,
    });
    this.#consumer = kafka.consumer({ groupId: 'chaos', sessionTimeout: 10_000, heartbeatInterval: 1_000 });
    this.#producer = new KafkaEventProducer({ brokers, clientId: 'chaos', logger: SILENT });
  }

  static async follow(brokers: string[]): Promise<PublishedEvents> {
    const followed = new PublishedEvents(brokers);
    await followed.#consumer.connect();
    await followed.#consumer.subscribe({ topics: TOPICS, fromBeginning: true });
    await followed.#consumer.run({ eachMessage: (payload) => followed.#note(payload) });
    return followed;
  }

  /** Events that were published again. */
  get copies(): number {
    return this.#copies.length;
  }

  /** All kinds together. */
  get total(): number {
    return [...this.#ids.values()].reduce((sum, { size }) => sum + size, 0);
  }

  get counts(): EventCounts {
    const count = ({ type }: { type: string }) => this.#ids.get(type)?.size ?? 0;
    return {
      placed: count(OrderPlaced),
      reserved: count(StockReserved),
      outcomes: count(StockRejected) + count(PaymentSettled) + count(PaymentDeclined),
    };
  }

  /** Publishes all copies once more, behind everything: the first ones may be in the same batch as their originals. */
  async copyAgain(): Promise<void> {
    await this.#publish(this.#copies);
  }

  async close(): Promise<void> {
    await this.#consumer.disconnect();
    await this.#producer.close();
  }

  async #note({ topic, partition, message }: EachMessagePayload): Promise<void> {
    const { key, value, headers = {} } = message;
    const [type, id] = [String(headers['ce_type']), String(headers['ce_id'])];
    const ids = this.#ids.get(type) ?? new Set();
    this.#ids.set(type, ids);
    if (ids.has(id)) return;
    // Counted only when copied: a broker that is away for a while makes this read the event again.
    if ((this.total + 1) % COPY_EVERY === 0) {
      const copy = { topic, partition, key, value, headers };
      await this.#publish([copy]);
      this.#copies.push(copy);
    }
    ids.add(id);
  }

  async #publish(messages: OutgoingMessage[]): Promise<void> {
    await eventually(() => this.#producer.publish(messages).then(() => true), { within: COPIED_WITHIN_MS });
  }
}
