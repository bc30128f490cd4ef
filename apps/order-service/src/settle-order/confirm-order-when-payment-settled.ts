import { PaymentSettled, type PaymentSettledData } from '@groundwork/contracts';
import { type IncomingEvent, KeepEventErrors } from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { SettleOrder } from './settle-order.ts';

@Controller()
@UseFilters(KeepEventErrors)
export class ConfirmOrderWhenPaymentSettled {
  constructor(@Inject(SettleOrder) private readonly settleOrder: SettleOrder) {}

  @EventPattern(PaymentSettled.type)
  confirmOrderWhenPaymentSettled(@Payload() event: IncomingEvent<PaymentSettledData>): Promise<void> {
    return this.settleOrder.settle(event, { status: 'confirmed', paid: event.data.amount });
  }
}
