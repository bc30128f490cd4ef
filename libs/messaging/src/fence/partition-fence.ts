import { type TopicPartition } from '../consumer/topic-partition.ts';

/** That a member handles a partition: what it writes counts for as long as nobody has claimed the partition after it. */
export interface PartitionClaim extends TopicPartition {
  readonly group: string;
  /** Rises with each claim of the partition. A 64-bit decimal. */
  readonly epoch: string;
}

/** A partition that is about to be handled, and where Kafka says it begins; undefined where nothing was ever committed. */
export interface Claimed extends TopicPartition {
  readonly committed: bigint | undefined;
}

/** A claim, and up to where the database says that the partition was handled. */
export interface GrantedClaim {
  readonly claim: PartitionClaim;
  readonly nextOffset: bigint | undefined;
}

/**
 * Keeps members of a consumer group that do not know that they have been replaced from having effects: one that was stopped
 * for longer than its session, with events still in its memory (Kleppmann, "How to do distributed locking", 2016).
 *
 * `claim` resolves when no transaction of an earlier claim of these partitions runs any more; none begins later. `advance`
 * notes up to where everything is handled, and `rewind` that a partition goes on before that; both do nothing for claims that are
 * over. All may be called at any time, and reject when the database cannot be used. `onceInInbox` compares the claim in the transaction of the effect.
 */
export interface PartitionFence {
  claim(group: string, partitions: readonly Claimed[]): Promise<readonly GrantedClaim[]>;
  advance(progress: readonly { claim: PartitionClaim; nextOffset: bigint }[]): Promise<void>;
  rewind(positions: readonly { claim: PartitionClaim; nextOffset: bigint }[]): Promise<void>;
}
