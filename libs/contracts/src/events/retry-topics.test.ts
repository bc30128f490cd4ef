import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from './event-types.ts';
import { allTopics, RETRYING_GROUPS, retryTopicsOf } from './retry-topics.ts';
import { Topics } from './topics.ts';

const DELAYS = [{ name: '1s' }, { name: '5m' }];

describe('the retry topics', () => {
  it('are named after their group and delay', () => {
    const { retries, parked, redrive } = retryTopicsOf('shop', DELAYS);
    expect([...retries, parked, redrive].map(({ name }) => name)).toEqual([
      'shop.retry.1s',
      'shop.retry.5m',
      'shop.parked',
      'shop.redrive',
    ]);
  });

  it('have as many partitions as the topics that their groups consume', () => {
    const consumed = ['orders', 'catalogue', 'inventory', 'payments'] as const;
    const partitions = new Set(consumed.map((name) => Topics[name].partitions));
    const { retries, parked, redrive } = retryTopicsOf('shop', DELAYS);
    expect(new Set([...retries, parked, redrive].map((topic) => topic.partitions))).toEqual(partitions);
  });

  it('are created once each, together with the topics of events', () => {
    const names = allTopics(DELAYS).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(EVENT_TYPES.map(({ topic }) => topic)));
    expect(names).toEqual(expect.arrayContaining(RETRYING_GROUPS.map((group) => `${group}.retry.5m`)));
  });
});
