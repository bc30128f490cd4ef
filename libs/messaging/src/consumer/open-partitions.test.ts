import { describe, expect, it } from '@jest/globals';
import { SILENT } from '../../test/silent-logger.ts';
import { encodeNotes } from '../started-attempts/attempt-notes.ts';
import { NO_METRICS } from './consumer-metrics.ts';
import { openPartitions } from './open-partitions.ts';
import { type PartitionPipeline, type TakeOver } from './partition-pipeline.ts';
import { type StartingPoint } from './starting-point.ts';
import { nameOf, type TopicPartition } from './topic-partition.ts';

/** Creates partitions to open, and a log of what happens meanwhile, in order. */
function partitions(all: TopicPartition[], ownerBefore?: string) {
  const log: string[] = [];
  const died = new Map<string, boolean>();
  const pipelines = all.map((of) => ({
    of,
    isClosed: false,
    predecessorEnded: Promise.resolve(),
    announceStart: () => undefined,
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

describe('the opening of partitions', () => {
  it('reads the ends of the partitions after the claim, when the previous owner is fenced off', async () => {
    const { log, opening } = partitions([
      { topic: 'orders', partition: 0 },
      { topic: 'parked', partition: 0 },
    ]);
    await openPartitions(opening);
    expect(log).toEqual([
      'beginning of orders',
      'beginning of parked',
      'claim',
      'end of orders',
      'end of parked',
      'read parked:0',
      'open orders:0',
      'open parked:0',
    ]);
  });

  it.each([
    [undefined, false, false],
    ['oneself', false, false],
    ['alive', true, false],
    ['gone', true, true],
  ])('detects whether the previous owner has died: %s', async (owner, asksForMembers, hasDied) => {
    const { log, died, opening } = partitions([{ topic: 'orders', partition: 0 }], owner);
    await openPartitions(opening);
    expect(log.includes('members')).toBe(asksForMembers);
    expect(died).toEqual(new Map([['orders:0', hasDied]]));
  });
});
