import { z } from 'zod';
import { Money } from '../money.ts';
import { Sku } from './products.ts';

/** A product of the catalogue, with the price at which orders are placed. */
export const CatalogueEntry = z
  .strictObject({ sku: Sku, name: z.string(), price: Money })
  .meta({ id: 'CatalogueEntry' });
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

/** The highest price of a product, in minor units. The product tables enforce it. */
export const MAX_PRICE_AMOUNT = 1_000_000_000;

/** The body of `PUT /v1/admin/catalogue/{sku}`. The shop sells in one currency. */
export const ChangePrice = z
  .strictObject({
    price: z.strictObject({
      amount: z.int().min(0).max(MAX_PRICE_AMOUNT).describe('Integer minor units, e.g. cents'),
      currency: z.literal('EUR'),
    }),
  })
  .meta({ id: 'ChangePrice' });
export type ChangePrice = z.infer<typeof ChangePrice>;
