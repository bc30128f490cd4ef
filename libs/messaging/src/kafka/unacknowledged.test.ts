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

describe('the unacknowledged partitions', () => {
  it('are none when the broker answered for every partition', () => {
    const sent = [sentTo('orders', 0, 1, 1), sentTo('stock', 0)];
    expect(unacknowledged(sent, [answer('stock', 0), answer('orders', 1), answer('orders', 0)])).toEqual([]);
  });

  it('include a partition without an answer, even when another one of its topic has an answer', () => {
    expect(unacknowledged([sentTo('orders', 0, 1)], [answer('orders', 0)])).toEqual(['orders:1']);
  });

  it('include a partition whose number has an answer only in another topic', () => {
    expect(unacknowledged([sentTo('orders', 0), sentTo('stock', 0)], [answer('stock', 0)])).toEqual([
      'orders:0',
    ]);
  });

  it('include messages that never got a partition', () => {
    expect(unacknowledged([{ topic: 'orders', messages: [{ value: '' }] }], [])).toHaveLength(1);
  });
});
