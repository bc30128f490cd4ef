import { NO_METRICS } from '../src/consumer/consumer-metrics.ts';
import { type PartitionPipeline, type TakeOver } from '../src/consumer/partition-pipeline.ts';
import { type StartingPoint } from '../src/consumer/starting-point.ts';
import { nameOf, type TopicPartition } from '../src/consumer/topic-partition.ts';
import { encodeNotes } from '../src/started-attempts/attempt-notes.ts';
import { SILENT } from './silent-logger.ts';

/** Creates partitions to open, and a log of what happens meanwhile, in order. */
export function partitions(all: TopicPartition[], ownerBefore?: string) {
  const log: string[] = [];
  const died = new Map<string, boolean>();
  const pipelines = all.map((of) => ({
    of,
    isClosed: false,
    predecessorEnded: Promise.resolve(),
    announceStart: () => log.push(`announce ${nameOf(of)}`),
    readThrough: () => Promise.resolve(void log.push(`read ${nameOf(of)}`)),
    open: (_point: StartingPoint, { ownerDied }: TakeOver) => {
      log.push(`open ${nameOf(of)}`);
      died.set(nameOf(of), ownerDied);
    },
  })) as unknown as PartitionPipeline[];
  const metadata = ownerBefore && encodeNotes({ owner: ownerBefore, underWay: new Set(), deaths: new Map() });
  const point: StartingPoint = { committed: 1n, from: 1n, metadata, ends: undefined };
  const session = {
    startingPoints: (topics: readonly string[], { withEnds }: { withEnds: boolean }) => {
      log.push(...topics.map((topic) => `${withEnds ? 'end' : 'beginning'} of ${topic}`));
      return Promise.resolve(new Map(all.map((of) => [nameOf(of), point])));
    },
    members: () => {
      log.push('members');
      return Promise.resolve(new Set(['alive']));
    },
  };
  const fence = {
    claim: (group: string, claimed: readonly TopicPartition[]) => {
      log.push('claim');
      return Promise.resolve(
        claimed.map((of) => ({ claim: { group, ...of, epoch: '1' }, nextOffset: undefined })),
      );
    },
    advance: () => Promise.resolve(),
    rewind: () => Promise.resolve(),
  };
  const mustBeKnown = (topic: string) => topic === 'parked';
  const isOneself = (member: string) => member === 'oneself';
  const opening = {
    session,
    pipelines,
    mustBeKnown,
    isOneself,
    groupId: 'shop',
    fence,
    metrics: NO_METRICS,
    logger: SILENT,
  };
  return { log, died, opening };
}
