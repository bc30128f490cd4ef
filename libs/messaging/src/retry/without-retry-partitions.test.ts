import { describe, expect, it } from '@jest/globals';
import { RetryPartitionsError } from './retry-partitions.error.ts';
import { withoutRetryPartitions } from './without-retry-partitions.ts';

const partitions = (topic: string, ...numbers: number[]) =>
  numbers.map((partition) => ({ topic, partition }));
const RETRY = ['shop.retry.1s', 'shop.parked', 'shop.redrive'];

describe('partitions without matching retry partitions', () => {
  it('are those whose number a retry topic of the group does not have', () => {
    const assignment = [
      ...partitions('orders', 0, 4),
      ...partitions('shop.retry.1s', 0, 4),
      ...['shop.parked', 'shop.redrive'].flatMap((topic) => partitions(topic, 0)),
    ];
    expect(withoutRetryPartitions(assignment, RETRY)).toEqual({
      refused: [{ topic: 'orders', partition: 4 }],
      tooSmall: ['shop.parked', 'shop.redrive'],
    });
  });

  it('are none when the retry topics have at least as many partitions, or when there are no retry topics', () => {
    const assignment = [...partitions('orders', 0), ...RETRY.flatMap((topic) => partitions(topic, 0, 4))];
    expect(withoutRetryPartitions(assignment, RETRY)).toEqual({ refused: [], tooSmall: [] });
    expect(withoutRetryPartitions(assignment, [])).toEqual({ refused: [], tooSmall: [] });
  });

  it('are reported with an error that names topics, counts and the remedy', () => {
    const counts = new Map([
      ['orders', 5],
      ['shop.parked', 4],
    ]);
    expect(new RetryPartitionsError('shop', ['orders:4'], counts, ['shop.parked']).message).toBe(
      'shop does not handle orders:4: a failed event keeps the number of its partition, and shop.parked has no partition ' +
        'with that number (partitions: orders has 5, shop.parked has 4). Give each at least 5: kafka-topics.sh --alter --topic shop.parked --partitions 5',
    );
  });
});
