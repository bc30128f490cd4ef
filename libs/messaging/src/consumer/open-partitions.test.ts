import { describe, expect, it } from '@jest/globals';
import { SILENT } from '../../test/silent-logger.ts';
import { openPartitions } from './open-partitions.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';
import { type StartingPoint } from './starting-point.ts';
import { nameOf, type TopicPartition } from './topic-partition.ts';

/** Partitions that are opened, and what happens meanwhile, in order. */
function partitions(...all: TopicPartition[]) {
  const log: string[] = [];
  const pipelines = all.map((of) => ({
    of,
    isClosed: false,
    predecessorEnded: Promise.resolve(),
    readThrough: () => Promise.resolve(void log.push(`read ${nameOf(of)}`)),
    open: () => log.push(`open ${nameOf(of)}`),
  })) as unknown as PartitionPipeline[];
  const point: StartingPoint = { committed: 1n, from: 1n, metadata: undefined, ends: undefined };
  const session = {
    startingPoints: (topics: readonly { topic: string; withEnds: boolean }[]) => {
      log.push(...topics.map(({ topic, withEnds }) => `${withEnds ? 'end' : 'beginning'} of ${topic}`));
      return Promise.resolve(new Map(all.map((of) => [nameOf(of), point])));
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
  };
  const mustBeKnown = (topic: string) => topic === 'parked';
  return { log, opening: { session, pipelines, mustBeKnown, groupId: 'shop', fence, logger: SILENT } };
}

describe('the opening of partitions', () => {
  it('looks for the end of what waits when nobody else can add to it and have it counted', async () => {
    const { log, opening } = partitions({ topic: 'orders', partition: 0 }, { topic: 'parked', partition: 0 });
    await openPartitions(opening);
    expect(log).toEqual([
      'beginning of orders',
      'beginning of parked',
      'claim',
      'end of parked',
      'read parked:0',
      'open orders:0',
      'open parked:0',
    ]);
  });

  it('asks for no ends where nothing has to be known', async () => {
    const { log, opening } = partitions({ topic: 'orders', partition: 0 });
    await openPartitions(opening);
    expect(log).toEqual(['beginning of orders', 'claim', 'open orders:0']);
  });
});
