import { type OrderStatus } from '@groundwork/contracts';
import { type Question } from '../ask-all-shards/all-shards.ts';
import { filterSql, type OrderFilter } from '../ask-all-shards/filter-orders.ts';
import { ownedRowsStatement } from '../ask-all-shards/owned-rows.statement.ts';

/** The figures of one status on one shard. Numbers are decimal text: a `bigint`, or the `numeric` of a sum of them. */
export interface SummaryRow {
  readonly status: OrderStatus;
  readonly count: string;
  readonly sum: string;
  readonly smallest: string;
  readonly largest: string;
}

/**
 * Matches an order that a running transfer has created and may still delete when it compensates: until the transfer ends,
 * the original order counts. An order that is being transferred a second time is distinguished by the `reserve` step in its
 * slot; when both orders of a transfer are in one slot, the new one is recognised by its original order.
 */
const IS_ARRIVING = `(
  orders.transferring_by is not null and orders.transferred_from is not null and (
    not exists (
      select from saga_steps step
      where step.slot = slot_of(orders.id) and step.saga_id = orders.transferring_by and step.step = 'reserve'
    ) or exists (
      select from orders other
      where other.id = orders.transferred_from and other.transferring_by = orders.transferring_by
    )
  ))`;

/**
 * Returns the query for the sum and the count of each status. It has no average, because averages of shards cannot be
 * merged.
 */
export function ordersSummary(filter: OrderFilter): Question {
  const { conditions, values } = filterSql(filter);
  const rows = `
select orders.status, count(*) as count, sum(total_amount) as sum,
  min(total_amount) as smallest, max(total_amount) as largest
from orders where ${conditions.join(' and ')} and not ${IS_ARRIVING} group by orders.status`;
  const filtered = `${filter.status === undefined ? '' : '+status'}${filter.region === undefined ? '' : '+region'}`;
  return { statement: ownedRowsStatement(`summarise-orders${filtered}`, rows), values };
}
