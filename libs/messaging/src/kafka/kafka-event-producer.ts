import { CompressionTypes, type Producer, type TopicMessages } from 'kafkajs';
import { type MessagingLogger } from '../logger.ts';
import { within } from '../time/within.ts';
import { bySlot, type SlottedMessage } from './by-slot.partitioner.ts';
import { type EventProducer } from './event-producer.ts';
import { KafkaClient } from './kafka-client.ts';
import { type OutgoingMessage } from './outgoing-message.ts';
import { PublishError } from './publish.error.ts';
import { unacknowledged } from './unacknowledged.ts';

export interface KafkaEventProducerOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: MessagingLogger;
  /** Default: 10 s. */
  readonly publishLimitMs?: number;
}

interface Connection {
  readonly client: KafkaClient;
  readonly producer: Producer;
}

const ALL_IN_SYNC_REPLICAS = -1;

/**
 * kafkajs's producer with acks=all, bounded in time. Not its idempotent mode: that guards retries inside one producer
 * instance only, breaks for good on a sequence error (the instance must be replaced, and its guard with it), and consumers
 * deduplicate by event id anyway, because a publisher may die between the acknowledgement and its own commit.
 * A producer that failed is replaced, sockets and all: one whose broker vanished may hang or keep stale metadata.
 */
export class KafkaEventProducer implements EventProducer {
  private connection: Promise<Connection> | undefined;
  private readonly inFlight = new Set<Promise<void>>();

  constructor(private readonly options: KafkaEventProducerOptions) {}

  publish(messages: readonly OutgoingMessage[]): Promise<void> {
    const publishing = this.publishOnce(messages).finally(() => this.inFlight.delete(publishing));
    this.inFlight.add(publishing);
    return publishing;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.inFlight);
    await this.discard(this.connection);
  }

  private async publishOnce(messages: readonly OutgoingMessage[]): Promise<void> {
    this.connection ??= this.connect();
    const connection = this.connection;
    try {
      await within(this.options.publishLimitMs ?? 10_000, 'publishing', send(connection, messages));
    } catch (error) {
      void this.discard(connection);
      throw error instanceof PublishError
        ? error
        : new PublishError('The broker did not take the batch', error);
    }
  }

  private async connect(): Promise<Connection> {
    const { brokers, clientId, logger } = this.options;
    const retry = { retries: 2, initialRetryTime: 100 };
    const client = new KafkaClient({ brokers, clientId, logger, retry });
    const producer = client.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: bySlot,
      // Topics get new leaders after a broker restart; old metadata would send to the wrong one for five minutes.
      metadataMaxAge: 30_000,
    });
    try {
      await producer.connect();
      return { client, producer };
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  private async discard(connection: Promise<Connection> | undefined): Promise<void> {
    if (connection === undefined) return;
    if (this.connection === connection) this.connection = undefined;
    try {
      const { client, producer } = await connection;
      await within(2_000, 'disconnecting', producer.disconnect()).catch(() => undefined);
      client.destroy();
    } catch {
      // It never connected: there is nothing to end.
    }
  }
}

async function send(connection: Promise<Connection>, messages: readonly OutgoingMessage[]): Promise<void> {
  const { producer } = await connection;
  const topicMessages = toTopicMessages(messages);
  const acknowledged = await producer.sendBatch({
    acks: ALL_IN_SYNC_REPLICAS,
    timeout: 5_000,
    compression: CompressionTypes.None,
    topicMessages,
  });
  const missing = unacknowledged(topicMessages, acknowledged);
  if (missing.length > 0) throw new PublishError(`The broker acknowledged nothing for ${missing.join(', ')}`);
}

function toTopicMessages(messages: readonly OutgoingMessage[]): TopicMessages[] {
  return [...Map.groupBy(messages, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(({ key, value, headers, slot, partition }): SlottedMessage => ({
      key,
      value,
      headers: { ...headers },
      ...(slot !== undefined && { slot }),
      ...(partition !== undefined && { partition }),
    })),
  }));
}
