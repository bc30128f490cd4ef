import { z } from 'zod';
import { Id } from '../ids.ts';
import { EventDetail } from './bounds.ts';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const PaymentDeclinedData = z.object({ orderId: Id, detail: EventDetail });
export type PaymentDeclinedData = z.infer<typeof PaymentDeclinedData>;

export const PaymentDeclined = {
  type: 'com.groundwork.payment.declined.v1',
  summary:
    'The provider has declined the charge and the stock is released. Consumed by order-service, which rejects the order.',
  topic: Topics.payments.name,
  data: PaymentDeclinedData,
} as const satisfies EventType<PaymentDeclinedData>;
