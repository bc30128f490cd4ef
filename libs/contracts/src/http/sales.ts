import { z } from 'zod';
import { Money } from '../money.ts';
import { Sku } from './products.ts';

/** The query of `GET /v1/sales/top-products`. */
export const TopProductsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(10),
});
export type TopProductsQuery = z.infer<typeof TopProductsQuery>;

/** The units and the revenue of one product, from confirmed orders. */
export const TopProduct = z
  .strictObject({ sku: Sku, name: z.string(), unitsSold: z.int(), revenue: Money })
  .meta({ id: 'TopProduct' });
export type TopProduct = z.infer<typeof TopProduct>;

export const TopProducts = z.strictObject({ items: z.array(TopProduct) }).meta({ id: 'TopProducts' });
export type TopProducts = z.infer<typeof TopProducts>;
