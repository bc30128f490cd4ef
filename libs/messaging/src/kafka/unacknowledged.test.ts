import { describe, expect, it } from '@jest/globals';
import { type RecordMetadata } from 'kafkajs';
import { unacknowledged } from './unacknowledged.ts';

const sentTo = (topic: string, ...partitions: number[]) => ({
  topic,
  messages: partitions.map((partition) => ({ value: '', partition })),
});
const answer = (topicName: string, partition: number): RecordMetadata => ({
  topicName,
  partition,
  errorCode: 0,
});

describe('what the broker did not acknowledge', () => {
  it('is nothing when every partition was answered for', () => {
    const sent = [sentTo('orders', 0, 1, 1), sentTo('stock', 0)];
    expect(unacknowledged(sent, [answer('stock', 0), answer('orders', 1), answer('orders', 0)])).toEqual([]);
  });

  it('is a partition without an answer, though another one of its topic has one', () => {
    expect(unacknowledged([sentTo('orders', 0, 1)], [answer('orders', 0)])).toEqual(['orders:1']);
  });

  it('is a partition whose number was answered for in another topic only', () => {
    expect(unacknowledged([sentTo('orders', 0), sentTo('stock', 0)], [answer('stock', 0)])).toEqual([
      'orders:0',
    ]);
  });

  it('is what never got a partition', () => {
    expect(unacknowledged([{ topic: 'orders', messages: [{ value: '' }] }], [])).toHaveLength(1);
  });
});
