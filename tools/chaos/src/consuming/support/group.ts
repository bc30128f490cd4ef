import { type EventType, retryTopicsOf, Topics } from '@groundwork/contracts';
import { type RetryDelay } from '@groundwork/dlq';
import {
  createTopics,
  type EventBatch,
  type IncomingEvent,
  KafkaEventProducer,
  KafkaStrategy,
  type KafkaStrategyOptions,
} from '@groundwork/messaging';
import { eventually, type TestKafka } from '@groundwork/testing';
import { type Numbered, numberedOn } from './numbered.ts';
import { SILENT } from '../../platform/silent-logger.ts';

export const PARTITIONS = 4;
const JOINED_WITHIN_MS = 60_000;
const RETENTION_MS = 86_400_000;

/** A topic of numbered events, and a consumer group with all its retry topics. */
export interface Group {
  readonly type: EventType<Numbered>;
  readonly groupId: string;
  readonly brokers: string[];
  readonly delays: readonly RetryDelay[];
}

export type Handler = (event: IncomingEvent<Numbered>) => Promise<void> | void;

export async function createGroup(
  kafka: TestKafka,
  delays: readonly RetryDelay[],
  { partitions = PARTITIONS, topic = kafka.uniqueName('numbered') } = {},
): Promise<Group> {
  const type = numberedOn(topic);
  const groupId = kafka.uniqueName('group');
  const { retries, parked, redrive } = retryTopicsOf(groupId, delays);
  const own = { name: topic, partitions, retentionMs: RETENTION_MS };
  const ofGroup = [...retries, parked, redrive].map((like) => ({ ...like, partitions }));
  await createTopics(kafka.brokers, [own, ...ofGroup, Topics.deadLetters], SILENT);
  return { type, groupId, brokers: kafka.brokers, delays };
}

export function producerTo(brokers: readonly string[]): KafkaEventProducer {
  return new KafkaEventProducer({ brokers, clientId: 'chaos', logger: SILENT });
}

export type Options = Partial<KafkaStrategyOptions>;

/** Starts a member of the group that passes each event to the handler. Resolves when it has joined. */
export function join(group: Group, handler: Handler, options?: Options): Promise<KafkaStrategy> {
  return joinWith(group, async (event) => handler(event as IncomingEvent<Numbered>), {}, options);
}

/** The same with a handler of batches of at most `limit` events. */
export function joinWithBatches(
  group: Group,
  limit: number,
  handler: (batch: EventBatch<Numbered>) => Promise<void>,
  options?: Options,
): Promise<KafkaStrategy> {
  const extras = { batch: limit };
  return joinWith(group, async (batch) => handler(batch as EventBatch<Numbered>), extras, options);
}

async function joinWith(
  { type, groupId, brokers, delays }: Group,
  callback: (payload: unknown) => Promise<void>,
  extras: { readonly batch?: number },
  options: Options = {},
): Promise<KafkaStrategy> {
  const strategy = new KafkaStrategy({
    ...{ brokers, groupId, clientId: groupId, logger: SILENT, eventTypes: [type] },
    retries: { delays },
    ...options,
  });
  strategy.addHandler(type.type, callback, true, extras);
  strategy.listen((error) => {
    if (error !== undefined) throw error;
  });
  await eventually(() => strategy.expectMember().then(() => true), { within: JOINED_WITHIN_MS });
  return strategy;
}
