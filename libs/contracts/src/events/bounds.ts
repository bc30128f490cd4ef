import { z } from 'zod';
import { MAX_PRICE_AMOUNT } from '../http/catalogue.ts';
import { MAX_ORDER_LINES, MAX_QUANTITY } from '../http/orders.ts';
import { Sku } from '../http/products.ts';

/*
 * The limits of event data: no more than the API accepts. Any program that reaches the broker can write to a topic. These
 * limits keep an amount or quantity that no order can have away from the stock and from a charge.
 */

const moneyUpTo = (max: number) =>
  z.object({
    amount: z.int().min(0).max(max).describe('Integer minor units, e.g. cents'),
    currency: z.string().regex(/^EUR$/, 'expected EUR').describe('The shop sells in one currency'),
  });

export const EventPrice = moneyUpTo(MAX_PRICE_AMOUNT);
export const EventTotal = moneyUpTo(MAX_ORDER_LINES * MAX_QUANTITY * MAX_PRICE_AMOUNT);

export const EventLines = z
  .array(z.object({ sku: Sku, quantity: z.int().min(1).max(MAX_QUANTITY), unitPrice: EventPrice }).loose())
  .min(1)
  .max(MAX_ORDER_LINES);

export const EventDetail = z.string().max(20_000);
