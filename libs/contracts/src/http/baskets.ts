import { z } from 'zod';
import { Id } from '../ids.ts';
import { MAX_ORDER_LINES, MAX_QUANTITY, skusAreDistinct } from './orders.ts';
import { Sku } from './products.ts';

const items = z
  .array(z.strictObject({ sku: Sku, quantity: z.int().min(1).max(MAX_QUANTITY) }))
  .max(MAX_ORDER_LINES)
  .refine(skusAreDistinct, 'expected every sku once: add the quantities up');

/** The body of `PUT /v1/baskets/{customerId}`. */
export const PutBasket = z.strictObject({ items }).meta({ id: 'PutBasket' });
export type PutBasket = z.infer<typeof PutBasket>;

/** What a customer intends to order. Its version is the `ETag` of the response. */
export const Basket = z.strictObject({ customerId: Id, items }).meta({ id: 'Basket' });
export type Basket = z.infer<typeof Basket>;
