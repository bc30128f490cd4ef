import { type Topic } from '@groundwork/contracts';
import { type Admin } from 'kafkajs';
import { KafkaClient } from '../kafka/kafka-client.ts';
import { type MessagingLogger } from '../logger.ts';
import { pause } from '../time/pause.ts';
import { within } from '../time/within.ts';
import { TopicsNotCreatedError } from './topics-not-created.error.ts';

export interface CreateTopicsOptions {
  readonly replicationFactor?: number;
  /** How long to wait for a broker that is still starting. */
  readonly deadlineMs?: number;
}

/** Only complete segments expire: on a topic with little traffic, events stay for the retention plus one segment's time. */
const SEGMENTS_OF_RETENTION = 14;
const RETRY_MS = 500;
const ATTEMPT_LIMIT_MS = 20_000;

/**
 * Creates the topics that do not exist yet and leaves the others unchanged. A fresh broker answers before it can serve, so
 * this is retried until every partition is served and groups have a coordinator. Consumers that start later join at once.
 *
 * @throws {TopicsNotCreatedError} when the deadline passes
 */
export async function createTopics(
  brokers: readonly string[],
  topics: readonly Topic[],
  logger: MessagingLogger,
  { replicationFactor = 1, deadlineMs = 120_000 }: CreateTopicsOptions = {},
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await within(
        ATTEMPT_LIMIT_MS,
        'creating topics',
        attemptOnce(brokers, topics, logger, replicationFactor),
      );
      return;
    } catch (error) {
      if (Date.now() + RETRY_MS >= deadline) throw new TopicsNotCreatedError(brokers, attempt, error);
      logger.info({ attempt, reason: String(error) }, 'the broker cannot create topics yet; retrying');
      await pause(RETRY_MS);
    }
  }
}

async function attemptOnce(
  brokers: readonly string[],
  topics: readonly Topic[],
  logger: MessagingLogger,
  replicationFactor: number,
): Promise<void> {
  const client = new KafkaClient({ brokers, clientId: 'create-topics', logger, retry: { retries: 0 } });
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    await createMissing(admin, topics, logger, replicationFactor);
    await expectServed(admin, topics);
    // The first query about any group makes the broker create its offsets topic, which takes seconds.
    await admin.fetchOffsets({
      groupId: 'create-topics',
      topics: topics.slice(0, 1).map(({ name }) => name),
    });
    await admin.disconnect();
  } finally {
    client.destroy();
  }
}

async function createMissing(
  admin: Admin,
  topics: readonly Topic[],
  logger: MessagingLogger,
  replicationFactor: number,
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length === 0) {
    logger.info({ topics: topics.map(({ name }) => name) }, 'all topics exist');
    return;
  }
  await admin.createTopics({
    waitForLeaders: true,
    topics: missing.map(({ name, partitions, retentionMs, maxMessageBytes }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: [
        { name: 'retention.ms', value: String(retentionMs) },
        { name: 'segment.ms', value: String(Math.ceil(retentionMs / SEGMENTS_OF_RETENTION)) },
        ...(maxMessageBytes === undefined
          ? []
          : [{ name: 'max.message.bytes', value: String(maxMessageBytes) }]),
      ],
    })),
  });
  logger.info({ topics: missing.map(({ name }) => name) }, 'created topics');
}

/**
 * Checks that every partition is served. A leader in the metadata may not serve yet: it accepts one partition of a batch and
 * rejects another, and the producer publishes the first one again in its retry. Only a leader that serves returns offsets.
 */
async function expectServed(admin: Admin, topics: readonly Topic[]): Promise<void> {
  await Promise.all(topics.map(({ name }) => admin.fetchTopicOffsets(name)));
}
