import { z } from 'zod';
import { Id } from '../ids.ts';
import { EventDetail } from './bounds.ts';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const StockRejectedData = z.object({ orderId: Id, detail: EventDetail });
export type StockRejectedData = z.infer<typeof StockRejectedData>;

export const StockRejected = {
  type: 'com.groundwork.stock.rejected.v1',
  summary:
    'A line of an order exceeds the stock, so no stock is reserved. Consumed by order-service, which rejects the order.',
  topic: Topics.inventory.name,
  data: StockRejectedData,
} as const satisfies EventType<StockRejectedData>;
