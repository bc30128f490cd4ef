import { Backoff } from '@groundwork/dlq';
import { type GrantedClaim, type PartitionFence } from '../fence/partition-fence.ts';
import { type MessagingLogger } from '../logger.ts';
import { pause } from '../time/pause.ts';
import { type GroupSession } from './group-session.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';
import { type StartingPoint } from './starting-point.ts';
import { nameOf, type TopicPartition } from './topic-partition.ts';

export interface Opening {
  readonly session: Pick<GroupSession, 'startingPoints'>;
  readonly pipelines: readonly PartitionPipeline[];
  /** Whether what lies on the topic must be known before any event of its partition number is handled. */
  mustBeKnown(topic: string): boolean;
  readonly groupId: string;
  /** Where effects are fenced: the partitions are claimed before they are handled. */
  readonly fence?: PartitionFence | undefined;
  readonly logger: MessagingLogger;
}

/** A partition that may be handled from now on. */
interface Ready {
  readonly pipeline: PartitionPipeline;
  readonly point: StartingPoint | undefined;
  readonly granted: GrantedClaim | undefined;
}

/** Partitions of the same number are opened together; those that wait for handlers of before do not hold up the others for longer. */
const TOGETHER_WITHIN_MS = 100;

/**
 * What comes between an assignment and the first event: the handlers of before end, the broker says where the partitions
 * begin, they are claimed, what waits on the retry topics is read through once, and only then is a partition number handled.
 *
 * Fails never: while the broker or the database cannot be asked the partitions stay shut, and are asked again. A new
 * assignment ends it.
 */
export async function openPartitions(opening: Opening): Promise<void> {
  const numbers = [...Map.groupBy(opening.pipelines, ({ of }) => of.partition).values()];
  const ended = new Set<PartitionPipeline[]>();
  const endings = numbers.map(async (pipelines) => {
    await Promise.all(pipelines.map((pipeline) => pipeline.predecessorEnded));
    ended.add(pipelines);
    return pipelines;
  });
  await Promise.race([Promise.all(endings), pause(TOGETHER_WITHIN_MS)]);
  const first = [...ended];
  const open = (together: PartitionPipeline[][]) => openTogether(opening, together);
  const later = numbers.map((pipelines, n) =>
    first.includes(pipelines) ? undefined : endings[n]?.then(() => open([pipelines])),
  );
  await Promise.all([open(first), ...later]);
}

async function openTogether(opening: Opening, numbers: readonly PartitionPipeline[][]): Promise<void> {
  const ready = await untilReady(opening, numbers.flat());
  const ofNumbers = Map.groupBy(ready, ({ pipeline }) => pipeline.of.partition);
  await Promise.all(
    [...ofNumbers.values()].map(async (together) => {
      const unknown = together.filter(({ pipeline }) => opening.mustBeKnown(pipeline.of.topic));
      await Promise.all(unknown.map(({ pipeline, point }) => pipeline.readThrough(point)));
      for (const { pipeline, point, granted } of together) pipeline.open(point, granted?.claim);
    }),
  );
}

/** @returns nothing when the assignment has ended before there was an answer */
async function untilReady(opening: Opening, pipelines: readonly PartitionPipeline[]): Promise<Ready[]> {
  const backoff = new Backoff({ firstMs: 100, factor: 2, maxMs: 2_000, jitter: 0.3 });
  for (let failures = 1; ; failures += 1) {
    const current = pipelines.filter(({ isClosed }) => !isClosed);
    if (current.length === 0) return [];
    try {
      return await makeReady(opening, current);
    } catch (error) {
      opening.logger.warn({ err: error, failures }, 'the partitions cannot be opened yet');
      await pause(backoff.delayMs(failures));
    }
  }
}

async function makeReady(
  { session, mustBeKnown, fence, groupId }: Opening,
  pipelines: readonly PartitionPipeline[],
): Promise<Ready[]> {
  const topics = [...new Set(pipelines.map(({ of }) => of.topic))];
  const beginnings = await session.startingPoints(topics.map((topic) => ({ topic, withEnds: false })));
  const committedOf = (of: TopicPartition) => beginnings.get(nameOf(of))?.committed;
  const claims = await fence?.claim(
    groupId,
    pipelines.map(({ of }) => ({ ...of, committed: committedOf(of) })),
  );
  // Only now: until it was fenced off, the owner before may have let an event wait and then noted in the database that its
  // offset is done. Ends from before the claim would leave that event out of sight, and those behind it would overtake it.
  const waiting = topics.filter(mustBeKnown);
  const ends =
    waiting.length === 0
      ? beginnings
      : await session.startingPoints(waiting.map((topic) => ({ topic, withEnds: true })));
  return pipelines.map((pipeline) => {
    const point = ends.get(nameOf(pipeline.of)) ?? beginnings.get(nameOf(pipeline.of));
    const granted = claims?.find(({ claim }) => nameOf(claim) === nameOf(pipeline.of));
    return { pipeline, point: point && startingAt(point, granted?.nextOffset), granted };
  });
}

/** The database may be further than Kafka: the process before died between its effects and its commit. */
function startingAt(point: StartingPoint, nextOffset: bigint | undefined): StartingPoint {
  const isFurther = nextOffset !== undefined && point.committed !== undefined && nextOffset > point.committed;
  return isFurther ? { ...point, from: nextOffset } : point;
}
