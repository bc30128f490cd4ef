import { z } from 'zod';
import { PaymentMethod } from '../http/orders.ts';
import { Id } from '../ids.ts';
import { EventLines, EventTotal } from './bounds.ts';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const StockReservedData = z.object({
  orderId: Id,
  customerId: Id,
  lines: EventLines,
  total: EventTotal,
  paymentMethod: PaymentMethod,
});
export type StockReservedData = z.infer<typeof StockReservedData>;

export const StockReserved = {
  type: 'com.groundwork.stock.reserved.v1',
  summary:
    'The stock of every line of an order is reserved. Published and consumed by event-processor, which takes the payment.',
  topic: Topics.inventory.name,
  data: StockReservedData,
} as const satisfies EventType<StockReservedData>;
