import { type OutboxEvent } from '@groundwork/messaging';
import { requestContext } from '@groundwork/service-kit';
import { slotOf } from '@groundwork/sharding';

/** What every event about an order has in common: keyed by the order, on the partition of its slot, in the trace at hand. */
export function aboutOrder(orderId: string): Pick<OutboxEvent, 'key' | 'slot' | 'traceparent'> {
  return { key: orderId, slot: slotOf(orderId), traceparent: requestContext()?.traceparent };
}
