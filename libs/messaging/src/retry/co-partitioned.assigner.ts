import kafkajs, { type PartitionAssigner } from 'kafkajs';

/**
 * Gives partition p of every topic of the group to the same member: an event keeps the number of its partition on its way
 * through the retry topics, so whoever handles a key sees all that is parked of it. Members that bring another assigner
 * cannot join beside this one (the broker wants one that all of them know); they come in when the last of the others has left.
 */
export const coPartitioned: PartitionAssigner = ({ cluster }) => ({
  name: 'CoPartitionedAssigner',
  version: 0,
  assign({ members, topics }) {
    const sorted = members.map(({ memberId }) => memberId).sort();
    const partitionsOf = new Map(
      topics.map((topic) => [
        topic,
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
      ]),
    );
    return Promise.resolve(
      sorted.map((memberId, index) => ({
        memberId,
        memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
          version: 0,
          assignment: Object.fromEntries(
            [...partitionsOf].map(([topic, partitions]) => [
              topic,
              partitions.filter((partition) => partition % sorted.length === index),
            ]),
          ),
          userData: Buffer.alloc(0),
        }),
      })),
    );
  },
  protocol: ({ topics }) => ({
    name: 'CoPartitionedAssigner',
    metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({
      version: 0,
      topics,
      userData: Buffer.alloc(0),
    }),
  }),
});
