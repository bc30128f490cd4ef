import { z } from 'zod';
import { Id } from '../ids.ts';
import { EventTotal } from './bounds.ts';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const PaymentSettledData = z.object({
  orderId: Id,
  chargeId: z.string().min(1).max(255),
  amount: EventTotal,
});
export type PaymentSettledData = z.infer<typeof PaymentSettledData>;

export const PaymentSettled = {
  type: 'com.groundwork.payment.settled.v1',
  summary:
    "The provider has charged the order's total. Consumed by order-service, which confirms the order if the amount equals its total.",
  topic: Topics.payments.name,
  data: PaymentSettledData,
} as const satisfies EventType<PaymentSettledData>;
