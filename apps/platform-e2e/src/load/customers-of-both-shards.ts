import { type Customer } from '@groundwork/contracts';
import { customersOnShard } from '@groundwork/load';
import { eventually } from '@groundwork/testing';
import { type Platform } from '../platform.ts';

/** Creates customers until there is one on each shard. They are distributed by hash, so a few attempts are enough. */
export async function customersOfBothShards({ shop, databases }: Platform): Promise<[string, string]> {
  const customers: Customer[] = [];
  return eventually(async () => {
    customers.push(await shop.newCustomer());
    const ids = customers.map(({ id }) => id);
    const [first] = await customersOnShard(databases, 'shard-1', ids);
    const [second] = await customersOnShard(databases, 'shard-2', ids);
    return first !== undefined && second !== undefined && [first, second];
  });
}
