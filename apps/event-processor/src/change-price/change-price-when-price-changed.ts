import { CacheInvalidated, PriceChanged, type PriceChangedData } from '@groundwork/contracts';
import { appendToOutbox, type IncomingEvent, KeepEventErrors, onceInInbox } from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { SHOP_EVENTS } from '../consume-events/transports.ts';

/** Shows products at the price that orders are placed at. */
@Controller()
@UseFilters(KeepEventErrors)
export class ChangePriceWhenPriceChanged {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  @EventPattern(PriceChanged.type, SHOP_EVENTS)
  async changePriceWhenPriceChanged(@Payload() event: IncomingEvent<PriceChangedData>): Promise<void> {
    const { sku, price } = event.data;
    await onceInInbox(this.database, 'change-price', event, async (session) => {
      await session.query('update products set price_amount = $2, price_currency = $3 where sku = $1', [
        sku,
        price.amount,
        price.currency,
      ]);
      const tags = ['products', `product:${sku}`];
      // Invalidations have one partition, so the slot says nothing.
      await appendToOutbox(session, [{ type: CacheInvalidated, key: sku, slot: 0, data: { tags } }]);
    });
  }
}
