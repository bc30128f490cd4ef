import { z } from 'zod';
import { Sku } from './products.ts';

/** The answer to `POST /v1/products/{sku}/views`. */
export const ViewCounted = z.strictObject({ sku: Sku }).meta({ id: 'ViewCounted' });
export type ViewCounted = z.infer<typeof ViewCounted>;

/** How often a product was viewed: all acknowledged views, also those that the database does not have yet. */
export const ProductViews = z.strictObject({ sku: Sku, views: z.int().min(0) }).meta({ id: 'ProductViews' });
export type ProductViews = z.infer<typeof ProductViews>;
