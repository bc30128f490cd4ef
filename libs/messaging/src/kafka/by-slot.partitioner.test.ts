import { describe, expect, it } from '@jest/globals';
import { type PartitionMetadata } from 'kafkajs';
import { bySlot, type SlottedMessage } from './by-slot.partitioner.ts';

const partitions = (count: number) => new Array<PartitionMetadata>(count);

describe('the partitioner', () => {
  it('writes the partition into the message and keeps it in retries, even when the topic has grown', () => {
    const message: SlottedMessage = { value: '', slot: 2048 };
    const partitionOf = bySlot();
    expect(partitionOf({ topic: 'orders', message, partitionMetadata: partitions(2) })).toBe(1);
    expect(message.partition).toBe(1);
    expect(partitionOf({ topic: 'orders', message, partitionMetadata: partitions(4) })).toBe(1);
  });

  it('assigns a message without a slot to the first partition', () => {
    const message: SlottedMessage = { value: '' };
    expect(bySlot()({ topic: 'orders', message, partitionMetadata: partitions(2) })).toBe(0);
  });
});
