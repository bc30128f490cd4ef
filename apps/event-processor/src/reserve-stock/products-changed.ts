import { CacheInvalidated } from '@groundwork/contracts';
import { type OutboxEvent } from '@groundwork/messaging';
import { aboutOrder } from '../publish-events/about-order.ts';

/** Says that an order has changed the stock of these products. */
export function productsChanged(orderId: string, lines: readonly { sku: string }[]): OutboxEvent {
  return {
    ...aboutOrder(orderId),
    type: CacheInvalidated,
    data: { tags: ['products', ...lines.map(({ sku }) => `product:${sku}`)] },
  };
}
