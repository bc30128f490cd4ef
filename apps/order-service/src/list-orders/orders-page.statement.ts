import { type AllOrdersSort } from '@groundwork/contracts';
import { type Position } from '@groundwork/sharding';
import { orderBySql } from '@groundwork/sharding/postgres';
import { type Question } from '../ask-all-shards/all-shards.ts';
import { filterSql, type OrderFilter } from '../ask-all-shards/filter-orders.ts';
import { ownedRowsStatement } from '../ask-all-shards/owned-rows.statement.ts';
import { scanOrders, shapeOf } from '../read-orders/scan-orders.statement.ts';
import { SORT_ORDERS } from './sort-orders.ts';

export interface PageRequest extends OrderFilter {
  readonly sort: AllOrdersSort;
  readonly after: Position | undefined;
  readonly limit: number;
}

/** Returns the query for the first orders after a position among those that a shard owns. */
export function ordersPage({ sort, after, limit, ...filter }: PageRequest): Question {
  const order = SORT_ORDERS[sort];
  const { text, values } = scanOrders({ ...filterSql(filter), order, after, limit });
  const filtered = Object.keys(filter).filter((name) => filter[name as keyof OrderFilter] !== undefined);
  const name = ['list-orders', sort, ...filtered, shapeOf(after)].join(' ');
  return { statement: ownedRowsStatement(name, text, orderBySql(order)), values };
}
