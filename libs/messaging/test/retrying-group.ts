import { type EventType, retryTopicsOf } from '@groundwork/contracts';
import { type RetryDelay } from '@groundwork/dlq';
import { type TestKafka } from '@groundwork/testing';
import { createTopics } from '../src/topics/create-topics.ts';
import { type Numbered, numberedOn } from './numbered.ts';
import { SILENT } from './silent-logger.ts';

/** Creates an event type on a topic of its own, and a group with all its retry topics. */
export async function retryingGroup(
  kafka: TestKafka,
  delays: readonly RetryDelay[],
  partitions = 4,
): Promise<{ type: EventType<Numbered>; groupId: string; redrive: string; parked: string }> {
  const type = numberedOn(kafka.uniqueName('numbered'));
  const groupId = kafka.uniqueName('group');
  const { retries, parked, redrive } = retryTopicsOf(groupId, delays);
  const topics = [{ ...parked, name: type.topic }, ...retries, parked, redrive];
  await createTopics(
    kafka.brokers,
    topics.map((topic) => ({ ...topic, partitions })),
    SILENT,
  );
  return { type, groupId, redrive: redrive.name, parked: parked.name };
}
