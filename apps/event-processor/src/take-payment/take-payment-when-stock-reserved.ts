import { StockReserved, type StockReservedData } from '@groundwork/contracts';
import { type IncomingEvent, KeepEventErrors, onceInInbox } from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { SHOP_EVENTS } from '../consume-events/transports.ts';
import { declinePayment } from './decline-payment.ts';
import { PAYMENT_PROVIDER, type PaymentProvider } from './payment-provider.ts';
import { settlePayment } from './settle-payment.ts';

const PROVIDER_LIMIT_MS = 10_000;

/**
 * Takes the payment of an order. The call to the provider comes before the transaction, which would otherwise hold its locks
 * during the call. The id of the order is the idempotency key, so a redelivered event charges nothing more.
 */
@Controller()
@UseFilters(KeepEventErrors)
export class TakePaymentWhenStockReserved {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
  ) {}

  @EventPattern(StockReserved.type, SHOP_EVENTS)
  async takePaymentWhenStockReserved(@Payload() event: IncomingEvent<StockReservedData>): Promise<void> {
    const { orderId, total, paymentMethod } = event.data;
    const outcome = await this.provider.charge(
      { idempotencyKey: orderId, orderId, amount: total, paymentMethod },
      AbortSignal.timeout(PROVIDER_LIMIT_MS),
    );
    await onceInInbox(this.database, 'take-payment', event, (session) =>
      outcome.kind === 'charged'
        ? settlePayment(session, event.data, outcome.chargeId)
        : declinePayment(session, event.data, outcome.detail),
    );
  }
}
