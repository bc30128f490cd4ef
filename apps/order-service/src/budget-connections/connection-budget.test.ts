import { describe, expect, it } from '@jest/globals';
import { connectionBudget } from './connection-budget.ts';

describe('the budget of connections', () => {
  it('is the product of instances, shards and pool, with what every instance keeps beside its pool', () => {
    expect(connectionBudget({ instances: 2, poolSize: 10, shards: 3 })).toEqual({
      perShard: 34,
      total: 102,
      sum: '2 instances × (SHARD_POOL_SIZE 10 + 2) + 10 for others = 34',
    });
  });
});
