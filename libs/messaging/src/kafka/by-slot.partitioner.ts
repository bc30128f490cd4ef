import { type ICustomPartitioner, type Message } from 'kafkajs';
import { partitionOfSlot } from '../events/partition-of-slot.ts';

/** `slot` is not a field of kafkajs, whose partitioner receives the message unchanged. */
export type SlottedMessage = Message & { readonly slot?: number };

/**
 * Writes the partition into the message, so that the sent messages can be compared with the acknowledged partitions. The
 * partition is decided once. If it were decided again when the topic grows between two tries, the message could move to a
 * partition that was acknowledged in the earlier try, without this message.
 */
export const bySlot: ICustomPartitioner =
  () =>
  ({ partitionMetadata, message }) => {
    const { slot } = message as SlottedMessage;
    message.partition ??= slot === undefined ? 0 : partitionOfSlot(slot, partitionMetadata.length);
    return message.partition;
  };
