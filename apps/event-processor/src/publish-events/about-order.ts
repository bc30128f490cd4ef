import { type OutboxEvent } from '@groundwork/messaging';
import { requestContext } from '@groundwork/service-kit';
import { slotOf } from '@groundwork/sharding';

/**
 * Returns the fields that every event about an order shares: the order as key, its slot for the partition, the current
 * trace.
 */
export function aboutOrder(orderId: string): Pick<OutboxEvent, 'key' | 'slot' | 'traceparent'> {
  return { key: orderId, slot: slotOf(orderId), traceparent: requestContext()?.traceparent };
}
