import { PaymentDeclined, type PaymentDeclinedData } from '@groundwork/contracts';
import { type IncomingEvent, KeepEventErrors } from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { SettleOrder } from './settle-order.ts';

@Controller()
@UseFilters(KeepEventErrors)
export class RejectOrderWhenPaymentDeclined {
  constructor(@Inject(SettleOrder) private readonly settleOrder: SettleOrder) {}

  @EventPattern(PaymentDeclined.type)
  rejectOrderWhenPaymentDeclined(@Payload() event: IncomingEvent<PaymentDeclinedData>): Promise<void> {
    return this.settleOrder.settle(event, {
      status: 'rejected',
      rejection: { code: 'payment-declined', detail: event.data.detail },
    });
  }
}
