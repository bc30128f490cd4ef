import { type Product } from '@groundwork/contracts';
import { safeInteger } from './safe-integer.ts';

/** A row of `read_model.products`; a bigint arrives as a string. */
export interface ProductRow {
  readonly sku: string;
  readonly name: string;
  readonly price_amount: string;
  readonly price_currency: string;
  readonly stock: number;
}

const COLUMNS = 'sku, name, price_amount, price_currency, stock';

export const ALL_PRODUCTS = `SELECT ${COLUMNS} FROM read_model.products ORDER BY sku`;
export const ONE_PRODUCT = `SELECT ${COLUMNS} FROM read_model.products WHERE sku = $1`;

export function productOf(row: ProductRow): Product {
  return {
    sku: row.sku,
    name: row.name,
    price: { amount: safeInteger(row.price_amount), currency: row.price_currency },
    stock: row.stock,
  };
}
