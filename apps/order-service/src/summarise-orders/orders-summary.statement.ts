import { type OrderStatus } from '@groundwork/contracts';
import { type Question } from '../ask-all-shards/all-shards.ts';
import { filterSql, type OrderFilter } from '../ask-all-shards/filter-orders.ts';
import { ownedRowsStatement } from '../ask-all-shards/owned-rows.statement.ts';

/** One status on one shard. Numbers as decimal text: a `bigint`, or the `numeric` that a sum of them is. */
export interface SummaryRow {
  readonly status: OrderStatus;
  readonly count: string;
  readonly sum: string;
  readonly smallest: string;
  readonly largest: string;
}

/** The sum and the count of each status, and no average: averages of shards cannot be put together. */
export function ordersSummary(filter: OrderFilter): Question {
  const { conditions, values } = filterSql(filter);
  const rows = `
select orders.status, count(*) as count, sum(total_amount) as sum,
  min(total_amount) as smallest, max(total_amount) as largest
from orders where ${conditions.join(' and ')} group by orders.status`;
  const filtered = `${filter.status === undefined ? '' : '+status'}${filter.region === undefined ? '' : '+region'}`;
  return { statement: ownedRowsStatement(`summarise-orders${filtered}`, rows), values };
}
