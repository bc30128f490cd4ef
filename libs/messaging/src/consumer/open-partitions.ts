import { Backoff } from '@groundwork/dlq';
import { decodeNotes } from '../started-attempts/attempt-notes.ts';
import { type GrantedClaim, type PartitionFence } from '../fence/partition-fence.ts';
import { type MessagingLogger } from '../logger.ts';
import { pause } from '../time/pause.ts';
import { type ConsumerMetrics } from './consumer-metrics.ts';
import { type GroupSession } from './group-session.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';
import { type Loss, resumePointOf } from './resume-point.ts';
import { type StartingPoint } from './starting-point.ts';
import { nameOf } from './topic-partition.ts';

export interface Opening {
  readonly session: Pick<GroupSession, 'startingPoints' | 'members'>;
  /** Returns whether this process is, or was, the member with that id. */
  isOneself(member: string): boolean;
  readonly pipelines: readonly PartitionPipeline[];
  /** Returns whether the messages of the topic must be known before any event of the same partition number is handled. */
  mustBeKnown(topic: string): boolean;
  readonly groupId: string;
  /** Set where effects are fenced: the partitions are then claimed before they are handled. */
  readonly fence?: PartitionFence | undefined;
  readonly metrics: ConsumerMetrics;
  readonly logger: MessagingLogger;
}

/** A partition that is ready to be opened. */
interface Ready {
  readonly pipeline: PartitionPipeline;
  readonly point?: StartingPoint;
  readonly granted: GrantedClaim | undefined;
  readonly loss?: Loss;
  readonly ownerDied: boolean;
}

/** Partition numbers whose earlier handlers end within this time are opened together; each other one is opened later. */
const TOGETHER_WITHIN_MS = 100;

/**
 * Runs the steps between an assignment and the first event: the handlers of the previous assignment end, the broker reports
 * where the partitions start, the partitions are claimed, and the events on the retry topics are read through once. Only
 * then is a partition number handled.
 *
 * Never rejects: while the broker or the database is unavailable, the partitions stay shut and the steps are retried. A new
 * assignment ends the retries.
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
  const first = new Set(ended);
  const later = endings.map(async (ending) => {
    const pipelines = await ending;
    if (!first.has(pipelines)) await openTogether(opening, [pipelines]);
  });
  await Promise.all([openTogether(opening, [...first]), ...later]);
}

async function openTogether(opening: Opening, numbers: readonly PartitionPipeline[][]): Promise<void> {
  const ready = await untilReady(opening, numbers.flat());
  const ofNumbers = Map.groupBy(ready, ({ pipeline }) => pipeline.of.partition);
  await Promise.all(
    [...ofNumbers.values()].map(async (together) => {
      const unknown = together.filter(({ pipeline }) => opening.mustBeKnown(pipeline.of.topic));
      for (const one of together) if (!unknown.includes(one)) one.pipeline.announceStart(one.point);
      await Promise.all(unknown.map(({ pipeline, point }) => pipeline.readThrough(point)));
      for (const { pipeline, point, granted, ownerDied } of together)
        pipeline.open(point, { claim: granted?.claim, ownerDied });
    }),
  );
}

/** @returns an empty list when the assignment ends before there is an answer */
async function untilReady(opening: Opening, pipelines: readonly PartitionPipeline[]): Promise<Ready[]> {
  const backoff = new Backoff({ firstMs: 100, factor: 2, maxMs: 2_000, jitter: 0.3 });
  for (let failures = 1; ; failures += 1) {
    const current = pipelines.filter(({ isClosed }) => !isClosed);
    if (current.length === 0) return [];
    try {
      return await makeReady(opening, current);
    } catch (error) {
      opening.logger.warn({ err: error, failures }, 'the partitions could not be opened; retrying');
      await pause(backoff.delayMs(failures));
    }
  }
}

async function makeReady(opening: Opening, pipelines: readonly PartitionPipeline[]): Promise<Ready[]> {
  const { session } = opening;
  const topics = [...new Set(pipelines.map(({ of }) => of.topic))];
  const claims = await claimAll(opening, topics, pipelines);
  // Only now: until it was fenced off, the previous owner may have moved an event to a retry topic and then stored in the
  // database that its offset is done. Ends read before the claim would miss that event, and later ones would overtake it.
  const points = await session.startingPoints(topics, { withEnds: true });
  const ready = pipelines.map((pipeline) => {
    const point = points.get(nameOf(pipeline.of));
    const granted = claims.find(({ claim }) => nameOf(claim) === nameOf(pipeline.of));
    return { pipeline, granted, ...(point && resumePointOf(point, granted?.nextOffset)) };
  });
  await reportLosses(opening, ready);
  const died = await ownersThatDied(
    opening,
    ready.map(({ point }) => point),
  );
  return ready.map((one) => ({ ...one, ownerDied: died.has(ownerOf(one.point)) }));
}

async function claimAll(
  { session, fence, groupId }: Opening,
  topics: readonly string[],
  pipelines: readonly PartitionPipeline[],
): Promise<readonly GrantedClaim[]> {
  if (fence === undefined) return [];
  const points = await session.startingPoints(topics, { withEnds: false });
  const claimed = pipelines.map(({ of }) => ({ ...of, committed: points.get(nameOf(of))?.committed }));
  return fence.claim(groupId, claimed);
}

/** Returns the previous owners that did not shut down cleanly and are no longer members of the group. */
async function ownersThatDied(
  { session, isOneself }: Opening,
  points: readonly (StartingPoint | undefined)[],
): Promise<ReadonlySet<string | undefined>> {
  const others = new Set(
    points.map(ownerOf).filter((owner) => owner !== undefined && !isOneself(owner)) as string[],
  );
  if (others.size === 0) return others;
  const alive = await session.members();
  return new Set([...others].filter((owner) => !alive.has(owner)));
}

function ownerOf(point: StartingPoint | undefined): string | undefined {
  return decodeNotes(point?.metadata).owner;
}

/** Reports missing offsets, once: the database is rewound to where reading resumes, so the next opening finds no loss. */
async function reportLosses(
  { groupId, fence, metrics, logger }: Opening,
  ready: readonly Omit<Ready, 'ownerDied'>[],
): Promise<void> {
  const losses = ready.flatMap(({ pipeline: { of }, granted, loss }) =>
    loss ? [{ of, granted, ...loss }] : [],
  );
  const rewound = losses.flatMap(({ granted, resumesAt }) =>
    granted ? [{ claim: granted.claim, nextOffset: resumesAt }] : [],
  );
  if (rewound.length > 0) await fence?.rewind(rewound);
  for (const { of, reason, resumesAt, offsets } of losses) {
    metrics.missing(of.topic, reason, offsets === undefined ? 0n : offsets.to - offsets.from + 1n);
    const fields = { groupId, ...of, reason, resumesAt: String(resumesAt) };
    const missing = offsets && { missingFrom: String(offsets.from), missingTo: String(offsets.to) };
    logger.error(
      { ...fields, ...missing },
      'offsets of the group are missing in its partition; reading resumes',
    );
  }
}
