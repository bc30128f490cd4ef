import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { type GroupStanding } from './kafka-groups.ts';
import { prometheusConsumers } from './prometheus-consumers.ts';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const standing = (lag: bigint): GroupStanding => ({
  group: 'shop',
  state: 'stable',
  members: 1,
  topics: [{ topic: 'orders', partitions: [{ partition: 3, committed: 5n, low: 0n, end: 5n + lag, lag }] }],
});

describe('the gauges of consumers', () => {
  function scraped() {
    const broker = { lag: 7n, isAway: false, asked: 0, nowMs: 1_000 };
    const consumer = { groupId: 'shop', topics: ['orders'], pausedPartitions: 2 };
    const registry = new Registry();
    const standings = () => {
      broker.asked += 1;
      return broker.isAway ? Promise.reject(new Error('away')) : Promise.resolve([standing(broker.lag)]);
    };
    prometheusConsumers(registry, { consumers: [consumer], standings }, () => broker.nowMs);
    const lagOf = async () => {
      const text = await registry.metrics();
      await settled();
      return /^consumer_lag\{group="shop",topic="orders",partition="3"\} (\d+)$/m.exec(text)?.[1];
    };
    return { registry, broker, consumer, lagOf };
  }

  it('report the answer to the query of an earlier scrape, and query the broker once in ten seconds', async () => {
    const { broker, lagOf } = scraped();
    expect(await lagOf()).toBeUndefined();
    expect(await lagOf()).toBe('7');
    broker.lag = 9n;
    broker.nowMs += 9_999;
    expect([await lagOf(), broker.asked]).toEqual(['7', 1]);
    broker.nowMs += 1;
    expect([await lagOf(), broker.asked]).toEqual(['7', 2]);
    expect(await lagOf()).toBe('9');
  });

  it('report no lag when the last answer is a minute old', async () => {
    const { broker, lagOf } = scraped();
    await lagOf();
    broker.isAway = true;
    broker.nowMs += 59_999;
    expect(await lagOf()).toBe('7');
    broker.nowMs += 1;
    expect(await lagOf()).toBeUndefined();
  });

  it('count the partitions that an operator has paused', async () => {
    const { registry, consumer } = scraped();
    expect(await registry.metrics()).toContain('consumer_paused_partitions{group="shop"} 2');
    consumer.pausedPartitions = 0;
    expect(await registry.metrics()).toContain('consumer_paused_partitions{group="shop"} 0');
  });
});
