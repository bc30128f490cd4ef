import { Backoff } from '@groundwork/dlq';
import { type MessagingLogger } from '../logger.ts';
import { pause } from '../time/pause.ts';
import { type GroupSession } from './group-session.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';
import { type StartingPoint } from './starting-point.ts';
import { nameOf } from './topic-partition.ts';

export interface Opening {
  readonly session: Pick<GroupSession, 'startingPoints'>;
  readonly pipelines: readonly PartitionPipeline[];
  /** Whether what lies on the topic must be known before any event of its partition number is handled. */
  mustBeKnown(topic: string): boolean;
  readonly logger: MessagingLogger;
}

/** Partitions of the same number are opened together; those that wait for handlers of before do not hold up the others for longer. */
const TOGETHER_WITHIN_MS = 100;

/**
 * What comes between an assignment and the first event: the handlers of before end, the broker says where the partitions
 * begin, what waits on the retry topics is read through once, and only then is a partition number handled.
 *
 * Fails never: while the broker cannot be asked the partitions stay shut, and it is asked again. A new assignment ends it.
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
  const points = await pointsOf(opening, numbers.flat());
  if (points === undefined) return;
  const pointOf = ({ of }: PartitionPipeline) => points.get(nameOf(of));
  await Promise.all(
    numbers.map(async (pipelines) => {
      const unknown = pipelines.filter(({ of }) => opening.mustBeKnown(of.topic));
      await Promise.all(unknown.map((pipeline) => pipeline.readThrough(pointOf(pipeline))));
      for (const pipeline of pipelines) pipeline.open(pointOf(pipeline));
    }),
  );
}

/** @returns nothing when the assignment has ended before there was an answer */
async function pointsOf(
  { session, mustBeKnown, logger }: Opening,
  pipelines: readonly PartitionPipeline[],
): Promise<ReadonlyMap<string, StartingPoint> | undefined> {
  const backoff = new Backoff({ firstMs: 100, factor: 2, maxMs: 2_000, jitter: 0.3 });
  for (let failures = 1; ; failures += 1) {
    const current = pipelines.filter(({ isClosed }) => !isClosed);
    if (current.length === 0) return undefined;
    try {
      const topics = new Set(current.map(({ of }) => of.topic));
      return await session.startingPoints(
        [...topics].map((topic) => ({ topic, withEnds: mustBeKnown(topic) })),
      );
    } catch (error) {
      logger.warn({ err: error, failures }, 'the broker does not say where partitions begin');
      await pause(backoff.delayMs(failures));
    }
  }
}
