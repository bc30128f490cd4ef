import { type ICustomPartitioner, type Message } from 'kafkajs';
import { partitionOfSlot } from '../events/partition-of-slot.ts';

/** `slot` is no field of kafkajs: its partitioner gets the message as it is. */
export type SlottedMessage = Message & { readonly slot?: number };

/**
 * Writes the partition into the message, where what was sent can be compared with what was acknowledged. It is decided
 * once: were it decided anew when the topic grows between two tries, the message could move to a partition whose
 * acknowledgement, from the try before, was not for it.
 */
export const bySlot: ICustomPartitioner =
  () =>
  ({ partitionMetadata, message }) => {
    const { slot } = message as SlottedMessage;
    message.partition ??= slot === undefined ? 0 : partitionOfSlot(slot, partitionMetadata.length);
    return message.partition;
  };
