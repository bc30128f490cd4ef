import { StockReserved, type StockReservedData } from '@groundwork/contracts';
import { type DeadLetterRecord } from '@groundwork/dlq';
import { partitionOfSlot } from '@groundwork/messaging';
import { slotOf } from '@groundwork/sharding';
import { randomUUID } from 'node:crypto';
import { anOrder } from './orders.ts';

/** Returns a dead letter. By default, it is about an order whose payment the consumer gave up on. */
export function aLetter(change: Partial<DeadLetterRecord> = {}): DeadLetterRecord {
  const data: StockReservedData = anOrder({ 'GW-0001': 1 });
  const eventId = randomUUID();
  const error = { code: 'payment-provider-unavailable', message: 'not now' };
  return {
    id: randomUUID(),
    consumer: 'event-processor',
    topic: StockReserved.topic,
    partition: partitionOfSlot(slotOf(data.orderId), 8),
    offset: '41',
    key: data.orderId,
    eventId,
    eventType: StockReserved.type,
    attempts: 1,
    error,
    errors: [{ at: '2026-01-01T12:00:02.000Z', ...error, attempt: 1 }],
    redriveOf: null,
    headers: {
      ce_specversion: '1.0',
      ce_id: eventId,
      ce_type: StockReserved.type,
      ce_source: '/event-processor',
      ce_time: '2026-01-01T12:00:00.000Z',
      ce_subject: data.orderId,
    },
    payload: JSON.stringify(data),
    failedAt: '2026-01-01T12:00:02.000Z',
    ...change,
  };
}
