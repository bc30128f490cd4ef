import { z } from 'zod';
import { Money } from '../money.ts';
import { Sku } from './products.ts';

/** What the catalogue says of a product: the price here is the one that orders are placed at. */
export const CatalogueEntry = z
  .strictObject({ sku: Sku, name: z.string(), price: Money })
  .meta({ id: 'CatalogueEntry' });
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;
