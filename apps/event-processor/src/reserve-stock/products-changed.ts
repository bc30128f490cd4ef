import { CacheInvalidated } from '@groundwork/contracts';
import { type OutboxEvent } from '@groundwork/messaging';
import { aboutOrder } from '../publish-events/about-order.ts';

/** Returns the event that invalidates caches of these products, because an order has changed their stock. */
export function productsChanged(orderId: string, lines: readonly { sku: string }[]): OutboxEvent {
  return {
    ...aboutOrder(orderId),
    type: CacheInvalidated,
    data: { tags: ['products', ...lines.map(({ sku }) => `product:${sku}`)] },
  };
}
