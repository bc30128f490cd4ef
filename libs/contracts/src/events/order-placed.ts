import { z } from 'zod';
import { PaymentMethod } from '../http/orders.ts';
import { Id } from '../ids.ts';
import { EventLines, EventTotal } from './bounds.ts';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const OrderPlacedData = z.object({
  orderId: Id,
  customerId: Id,
  lines: EventLines,
  total: EventTotal,
  paymentMethod: PaymentMethod,
  placedAt: z.iso.datetime(),
});
export type OrderPlacedData = z.infer<typeof OrderPlacedData>;

export const OrderPlaced = {
  type: 'com.groundwork.order.placed.v1',
  summary:
    "A customer's order is stored. Published by order-service; consumed by event-processor, which reserves stock.",
  topic: Topics.orders.name,
  data: OrderPlacedData,
} as const satisfies EventType<OrderPlacedData>;
