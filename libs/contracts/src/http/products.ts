import { z } from 'zod';
import { Money } from '../money.ts';

export const Sku = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{0,63}$/, 'expected upper-case letters, digits and dashes')
  .meta({ id: 'Sku', examples: ['GW-0001'] });
export type Sku = z.infer<typeof Sku>;

/** A product of the catalogue. `stock` is the number of units that customers can still order. */
export const Product = z
  .strictObject({ sku: Sku, name: z.string(), price: Money, stock: z.int().min(0) })
  .meta({ id: 'Product' });
export type Product = z.infer<typeof Product>;

export const ProductList = z.strictObject({ items: z.array(Product) }).meta({ id: 'ProductList' });
export type ProductList = z.infer<typeof ProductList>;
