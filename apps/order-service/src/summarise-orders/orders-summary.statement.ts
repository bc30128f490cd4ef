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

/**
 * What a running transfer has created, and may yet take back: until it is over, the order counts where it was. One that is being
 * given away for the second time is told from it by the step that has reserved it in its slot; where both ends are in one slot,
 * by the other end.
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

/** The sum and the count of each status, and no average: averages of shards cannot be put together. */
export function ordersSummary(filter: OrderFilter): Question {
  const { conditions, values } = filterSql(filter);
  const rows = `
select orders.status, count(*) as count, sum(total_amount) as sum,
  min(total_amount) as smallest, max(total_amount) as largest
from orders where ${conditions.join(' and ')} and not ${IS_ARRIVING} group by orders.status`;
  const filtered = `${filter.status === undefined ? '' : '+status'}${filter.region === undefined ? '' : '+region'}`;
  return { statement: ownedRowsStatement(`summarise-orders${filtered}`, rows), values };
}
