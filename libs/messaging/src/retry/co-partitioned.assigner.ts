import kafkajs, { type PartitionAssigner } from 'kafkajs';

/** Members of a group join only if they support an assigner of the same name: do not change it. */
const NAME = 'CoPartitionedAssigner';

/**
 * Assigns partition p of every topic of the group to the same member: an event keeps the number of its partition on its way
 * through the retry topics, so the member that handles a key sees all its parked events. Members with another assigner
 * cannot join while this one is in use (the broker requires one that all members support); they join when the last of the
 * others has left.
 */
export const coPartitioned: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
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
    name: NAME,
    metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({
      version: 0,
      topics,
      userData: Buffer.alloc(0),
    }),
  }),
});
