import { StockRejected, type StockRejectedData } from '@groundwork/contracts';
import { type IncomingEvent, KeepEventErrors } from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { SettleOrder } from './settle-order.ts';

@Controller()
@UseFilters(KeepEventErrors)
export class RejectOrderWhenStockRejected {
  constructor(@Inject(SettleOrder) private readonly settleOrder: SettleOrder) {}

  @EventPattern(StockRejected.type)
  rejectOrderWhenStockRejected(@Payload() event: IncomingEvent<StockRejectedData>): Promise<void> {
    return this.settleOrder.settle(event, {
      status: 'rejected',
      rejection: { code: 'out-of-stock', detail: event.data.detail },
    });
  }
}
