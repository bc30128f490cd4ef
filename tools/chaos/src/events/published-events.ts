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
/** One in this many published events is published again: 2 %. */
const COPY_EVERY = 50;
const COPIED_WITHIN_MS = 120_000;
/**
 * kafkajs waits up to half a minute between attempts. With these settings a restarted broker is read again before the next
 * fault ends.
 */
const SOON_BACK = { retries: 100, initialRetryTime: 100, maxRetryTime: 1_000 };

/** The numbers of different events of each kind on the topics. */
export interface EventCounts {
  readonly placed: number;
  readonly reserved: number;
  /** Stock rejected, payment settled or declined: the events that settle an order. */
  readonly outcomes: number;
}

/**
 * Reads what the platform publishes, and publishes some of it again under the same ids, like a producer that received no
 * answer. A copy comes after its original on the same partition, with all events in between that arrived in the meantime.
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

  /** Number of events that were published again. */
  get copies(): number {
    return this.#copies.length;
  }

  /** Number of events of all kinds. */
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

  /**
   * Publishes all copies once more, after all other events: the first copies may be in the same batch as their originals.
   */
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
    // An event is counted only after it is copied, because after an outage of the broker this consumer reads the event
    // again.
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
