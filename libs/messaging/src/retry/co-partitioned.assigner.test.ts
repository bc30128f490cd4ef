import { describe, expect, it } from '@jest/globals';
import kafkajs, { type Cluster, type PartitionMetadata } from 'kafkajs';
import { coPartitioned } from './co-partitioned.assigner.ts';

const TOPICS = ['orders', 'shop.retry.1s', 'shop.parked'];

function assigner(partitions: number) {
  const cluster = {
    findTopicPartitionMetadata: () =>
      Array.from({ length: partitions }, (_, partitionId) => ({ partitionId }) as PartitionMetadata),
  } as unknown as Cluster;
  return coPartitioned({ cluster, groupId: 'shop', logger: undefined as never });
}

async function assign(partitions: number, memberIds: string[]) {
  const members = memberIds.map((memberId) => ({ memberId, memberMetadata: Buffer.alloc(0) }));
  const assignments = await assigner(partitions).assign({ members, topics: TOPICS });
  return new Map(
    assignments.map(({ memberId, memberAssignment }) => [
      memberId,
      kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {},
    ]),
  );
}

describe('the co-partitioned assigner', () => {
  it.each([1, 2, 3, 8])(
    'assigns a partition number of all topics to one of %i members, and leaves no partition unassigned',
    async (count) => {
      const assignment = await assign(
        8,
        Array.from({ length: count }, (_, member) => `member-${member}`),
      );
      const [first = {}, ...others] = [...assignment.values()];
      for (const ofMember of [first, ...others]) {
        for (const topic of TOPICS) expect(ofMember[topic]).toEqual(ofMember[TOPICS[0] as string]);
      }
      const owned = [...assignment.values()].map((ofMember) => ofMember['orders'] ?? []);
      expect(owned.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      const counts = owned.map(({ length }) => length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    },
  );

  it('computes the same assignment in whatever order the members are listed', async () => {
    expect(await assign(8, ['a', 'b', 'c'])).toEqual(await assign(8, ['c', 'a', 'b']));
  });

  it('announces itself under a name that releases share, with the topics of the member', () => {
    const made = assigner(8);
    const { name, metadata } = made.protocol({ topics: TOPICS });
    expect([made.name, name]).toEqual(['CoPartitionedAssigner', 'CoPartitionedAssigner']);
    expect(kafkajs.AssignerProtocol.MemberMetadata.decode(metadata)).toMatchObject({ topics: TOPICS });
  });

  it('assigns nothing to a surplus member', async () => {
    const assignment = await assign(1, ['a', 'b']);
    expect(assignment.get('b')).toEqual(Object.fromEntries(TOPICS.map((topic) => [topic, []])));
  });
});
