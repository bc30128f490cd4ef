import { CompressionTypes, type Producer, type TopicMessages } from 'kafkajs';
import { type MessagingLogger } from '../logger.ts';
import { within } from '../time/within.ts';
import { bySlot, type SlottedMessage } from './by-slot.partitioner.ts';
import { type EventProducer } from './event-producer.ts';
import { KafkaClient } from './kafka-client.ts';
import { type OutgoingMessage } from './outgoing-message.ts';
import { PublishError } from './publish.error.ts';
import { PublishRefusedError } from './publish-refused.error.ts';
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
/** The broker's error types for messages that it will never accept as they are. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
]);

/**
 * kafkajs's producer with acks=all, bounded in time. It does not use the idempotent mode, which only guards retries inside
 * one producer instance, and breaks for good on a sequence error (the instance must be replaced, and its guard with it).
 * Consumers deduplicate by event id anyway, because a publisher may crash between the acknowledgement and its own commit.
 *
 * A producer that failed is replaced: after its broker vanished, it may hang or keep stale metadata. Its sockets are closed
 * when the other publishes on it have ended, so that one failure does not make others publish again. A rejection of messages
 * does not count as a failure of the producer.
 */
export class KafkaEventProducer implements EventProducer {
  private connection: Promise<Connection> | undefined;
  /** Publishes in flight, with the connection that each uses. */
  private readonly inFlight = new Map<Promise<void>, Promise<Connection>>();

  constructor(private readonly options: KafkaEventProducerOptions) {}

  publish(messages: readonly OutgoingMessage[]): Promise<void> {
    this.connection ??= this.connect();
    const { connection } = this;
    const publishing = this.publishOn(connection, messages).finally(() => this.inFlight.delete(publishing));
    this.inFlight.set(publishing, connection);
    return publishing;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.inFlight.keys());
    await this.discard(this.connection);
  }

  private async publishOn(
    connection: Promise<Connection>,
    messages: readonly OutgoingMessage[],
  ): Promise<void> {
    try {
      await within(this.options.publishLimitMs ?? 10_000, 'publishing', send(connection, messages));
    } catch (error) {
      const refusal = refusalIn(error);
      if (refusal !== undefined) throw new PublishRefusedError(refusal, error);
      void this.discard(connection);
      throw error instanceof PublishError
        ? error
        : new PublishError('The broker did not acknowledge the batch', error);
    }
  }

  private async connect(): Promise<Connection> {
    const { brokers, clientId, logger } = this.options;
    const retry = { retries: 2, initialRetryTime: 100 };
    const client = new KafkaClient({ brokers, clientId, logger, retry });
    const producer = client.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: bySlot,
      // Topics get new leaders after a broker restart; stale metadata would send to the wrong one for five minutes.
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
    const others = [...this.inFlight].filter(([, used]) => used === connection);
    await Promise.allSettled(others.map(([publishing]) => publishing));
    try {
      const { client, producer } = await connection;
      await within(2_000, 'disconnecting', producer.disconnect()).catch(() => undefined);
      client.destroy();
    } catch {
      // It never connected: there is nothing to close.
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
  if (missing.length > 0) throw new PublishError(`The broker did not acknowledge ${missing.join(', ')}`);
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

/** Returns the broker's reason for a rejection. kafkajs wraps the answer when it has retried before. */
function refusalIn(error: unknown): string | undefined {
  const { type, cause } = (error ?? {}) as { type?: unknown; cause?: unknown };
  if (REFUSALS.has(type)) return String(type);
  return cause === undefined ? undefined : refusalIn(cause);
}
