import { describe, expect, it } from '@jest/globals';
import { connectionBudget } from './connection-budget.ts';

describe('the connection budget', () => {
  it('multiplies instances, shards and pool size, and adds the connections outside the pools', () => {
    expect(connectionBudget({ instances: 2, poolSize: 10, shards: 3 })).toEqual({
      perShard: 34,
      total: 102,
      sum: '2 instances × (SHARD_POOL_SIZE 10 + 2) + 10 for others = 34',
    });
  });
});
