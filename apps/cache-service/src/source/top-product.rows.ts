import { type TopProduct } from '@groundwork/contracts';
import { safeInteger } from './safe-integer.ts';

/** A row of `read_model.top_products`; a bigint arrives as a string. */
export interface TopProductRow {
  readonly sku: string;
  readonly name: string;
  readonly units_sold: string;
  readonly revenue_amount: string;
  readonly revenue_currency: string;
}

/** Sorts by units sold, then by sku, so that the order is deterministic. */
export const TOP_PRODUCTS = `
  SELECT sku, name, units_sold, revenue_amount, revenue_currency
  FROM read_model.top_products ORDER BY units_sold DESC, sku LIMIT $1`;

export function topProductOf(row: TopProductRow): TopProduct {
  return {
    sku: row.sku,
    name: row.name,
    unitsSold: safeInteger(row.units_sold),
    revenue: { amount: safeInteger(row.revenue_amount), currency: row.revenue_currency },
  };
}
