import { type Position, type SortOrder } from '@groundwork/sharding';
import { keysetRanges, orderBySql } from '@groundwork/sharding/postgres';

export interface OrderScan {
  /** Conditions on `orders`, with the values of their parameters, starting with $1. */
  readonly conditions: readonly string[];
  readonly values: readonly unknown[];
  readonly order: SortOrder;
  readonly after: Position | undefined;
  readonly limit: number;
}

export interface OrderScanSql {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Returns the SQL for the first orders after a position, as `ScannedOrder`s. Each range of the keyset is a separate scan
 * that ends at the limit (`keysetRanges` explains why). The lines are looked up for the rows of the page only.
 */
export function scanOrders({ conditions, values, order, after, limit }: OrderScan): OrderScanSql {
  const ranges = after && keysetRanges(order, after, values.length + 1);
  const allValues = [...values, ...(ranges?.values ?? []), limit];
  const ordered = `order by ${orderBySql(order)} limit $${allValues.length}::int`;
  const scans = (ranges?.conditions ?? ['true']).map(
    (range) => `(select orders.* from orders where ${[...conditions, range].join(' and ')} ${ordered})`,
  );
  return {
    text: `
select page.*, coalesce((${LINES}), '[]') as lines
from (select * from (${scans.join(' union all ')}) as scanned ${ordered}) as page
order by ${orderBySql(order)}`,
    values: allValues,
  };
}

/** Returns what distinguishes the texts for one sort order and one set of conditions: the NULL parts of the position. */
export function shapeOf(after: Position | undefined): string {
  return after?.map((value) => (value === null ? 'null' : 'value')).join() ?? 'start';
}

const LINES = `
select jsonb_agg(jsonb_build_object(
    'sku', sku,
    'quantity', quantity,
    'unitPrice', jsonb_build_object('amount', unit_price_amount, 'currency', unit_price_currency)
  ) order by position)
from order_lines where order_lines.order_id = page.id`;
