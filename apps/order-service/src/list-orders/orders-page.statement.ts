import { type AllOrdersSort, type OrderLine, type OrderStatus, type Rejection } from '@groundwork/contracts';
import { type Position } from '@groundwork/sharding';
import { keysetRanges, orderBySql } from '@groundwork/sharding/postgres';
import { type Question } from '../ask-all-shards/all-shards.ts';
import { filterSql, type OrderFilter } from '../ask-all-shards/filter-orders.ts';
import { ownedRowsStatement } from '../ask-all-shards/owned-rows.statement.ts';
import { SORT_ORDERS } from './sort-orders.ts';

/** A row of `orders`, with its lines. */
export interface ListedRow {
  readonly id: string;
  readonly customer_id: string;
  readonly status: OrderStatus;
  readonly total_amount: string;
  readonly total_currency: string;
  readonly rejection_code: Rejection['code'] | null;
  readonly rejection_detail: string | null;
  readonly created_at: Date;
  readonly settled_at: Date | null;
  readonly transferred_to: string | null;
  readonly transferred_from: string | null;
  readonly lines: OrderLine[];
}

export interface PageRequest extends OrderFilter {
  readonly sort: AllOrdersSort;
  readonly after: Position | undefined;
  readonly limit: number;
}

/**
 * The shard's first orders after a position, with their lines. Each range of the keyset is a scan of its own that ends at
 * the limit (`keysetRanges` says why); the lines are looked up for what is left.
 */
export function ordersPage({ sort, after, limit, ...filter }: PageRequest): Question {
  const order = SORT_ORDERS[sort];
  const filtered = filterSql(filter);
  const ranges = after && keysetRanges(order, after, filtered.values.length + 1);
  const values = [...filtered.values, ...(ranges?.values ?? []), limit];
  const ordered = `order by ${orderBySql(order)} limit $${values.length}::int`;
  const scans = (ranges?.conditions ?? ['true']).map((range) => {
    const conditions = [...filtered.conditions, range].join(' and ');
    return `(select orders.* from orders where ${conditions} ${ordered})`;
  });
  const rows = `
select page.*, (${LINES}) as lines
from (select * from (${scans.join(' union all ')}) as scanned ${ordered}) as page`;
  return { statement: ownedRowsStatement(nameOf(sort, filter, after), rows, orderBySql(order)), values };
}

const LINES = `
select jsonb_agg(jsonb_build_object(
    'sku', sku,
    'quantity', quantity,
    'unitPrice', jsonb_build_object('amount', unit_price_amount, 'currency', unit_price_currency)
  ) order by position)
from order_lines where order_lines.order_id = page.id`;

/** One name for each text: what is filtered by, and what the position has NULLs in, decide it. */
function nameOf(sort: AllOrdersSort, { status, region }: OrderFilter, after: Position | undefined): string {
  const filter = `${status === undefined ? '' : '+status'}${region === undefined ? '' : '+region'}`;
  const nulls = after?.map((value) => (value === null ? 'n' : 'v')).join('') ?? 'start';
  return `list-orders ${sort}${filter} ${nulls}`;
}
