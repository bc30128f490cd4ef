import { type TopicPartition } from '../consumer/topic-partition.ts';

/** A member's claim to handle a partition. Its effects count until the partition is claimed again. */
export interface PartitionClaim extends TopicPartition {
  readonly group: string;
  /** Increases with each claim of the partition. A 64-bit decimal. */
  readonly epoch: string;
}

/** A partition to claim, with the offset committed to Kafka; undefined when no offset was ever committed. */
export interface Claimed extends TopicPartition {
  readonly committed: bigint | undefined;
}

/** A claim, and the offset up to which the partition was handled, according to the database. */
export interface GrantedClaim {
  readonly claim: PartitionClaim;
  readonly nextOffset: bigint | undefined;
}

/**
 * Prevents effects of members that do not know that their group has replaced them: a member that was stopped for longer than
 * its session, with events still in memory (Kleppmann, "How to do distributed locking", 2016).
 *
 * `claim` resolves when no transaction of an earlier claim of these partitions runs any more; none can start later.
 * `advance` stores the offset up to which everything is handled, and `rewind` an earlier offset at which the partition
 * resumes. Both do nothing for a claim that is no longer current. All methods may be called at any time, and reject when the
 * database is unavailable. `onceInInbox` compares the claim in the transaction of the effect.
 */
export interface PartitionFence {
  claim(group: string, partitions: readonly Claimed[]): Promise<readonly GrantedClaim[]>;
  advance(progress: readonly { claim: PartitionClaim; nextOffset: bigint }[]): Promise<void>;
  rewind(positions: readonly { claim: PartitionClaim; nextOffset: bigint }[]): Promise<void>;
}
