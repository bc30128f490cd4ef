import { z } from 'zod';
import { Money } from '../money.ts';
import { Sku } from './products.ts';

/** What the catalogue says of a product: the price here is the one that orders are placed at. */
export const CatalogueEntry = z
  .strictObject({ sku: Sku, name: z.string(), price: Money })
  .meta({ id: 'CatalogueEntry' });
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

/** The dearest product, in minor units; the tables of products enforce it. */
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
