import { z } from 'zod';
import { MAX_ORDER_LINES, MAX_QUANTITY, skusAreDistinct } from './orders.ts';
import { Sku } from './products.ts';

/** What a customer intends to order. Its version is the `ETag` of the response. */
export const Basket = z
  .strictObject({
    items: z
      .array(z.strictObject({ sku: Sku, quantity: z.int().min(1).max(MAX_QUANTITY) }))
      .max(MAX_ORDER_LINES)
      .refine(skusAreDistinct, 'expected every sku once: add the quantities up'),
  })
  .meta({ id: 'Basket' });
export type Basket = z.infer<typeof Basket>;
