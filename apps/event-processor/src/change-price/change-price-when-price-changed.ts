import { CacheInvalidated, PriceChanged, type PriceChangedData } from '@groundwork/contracts';
import { appendToOutbox, type IncomingEvent, KeepEventErrors, onceInInbox } from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { SHOP_EVENTS } from '../consume-events/transports.ts';

/** Shows products at the latest price, at which orders are placed, even when price events arrive out of order. */
@Controller()
@UseFilters(KeepEventErrors)
export class ChangePriceWhenPriceChanged {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  @EventPattern(PriceChanged.type, SHOP_EVENTS)
  async changePriceWhenPriceChanged(@Payload() event: IncomingEvent<PriceChangedData>): Promise<void> {
    const { sku, price, version } = event.data;
    await onceInInbox(this.database, 'change-price', event, async (session) => {
      const [changed] = await session.query<[{ products: number }]>(
        `with changed as (
           update products set price_amount = $2, price_currency = $3, price_version = coalesce($4, price_version)
           where sku = $1 and price_version < coalesce($4, price_version + 1) returning 1
         ) select count(*)::int as products from changed`,
        [sku, price.amount, price.currency, version ?? null],
      );
      if (changed.products === 0) return;
      const tags = ['products', `product:${sku}`];
      // The topic of invalidations has one partition, so the slot does not matter.
      await appendToOutbox(session, [{ type: CacheInvalidated, key: sku, slot: 0, data: { tags } }]);
    });
  }
}
