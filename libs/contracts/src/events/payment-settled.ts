import { z } from 'zod';
import { Id } from '../ids.ts';
import { Money } from '../money.ts';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const PaymentSettledData = z.object({ orderId: Id, chargeId: z.string(), amount: Money });
export type PaymentSettledData = z.infer<typeof PaymentSettledData>;

export const PaymentSettled = {
  type: 'com.groundwork.payment.settled.v1',
  summary: "The provider has charged the order's total. Consumed by order-service, which confirms the order.",
  topic: Topics.payments.name,
  data: PaymentSettledData,
} as const satisfies EventType<PaymentSettledData>;
