import { OrderPlaced, type OrderPlacedData, type PaymentMethod, SEED_PRODUCTS } from '@groundwork/contracts';
import { EventBatch, type IncomingEvent } from '@groundwork/messaging';
import { randomUUID } from 'node:crypto';

let lastId = 7_218_839_283_711_234_560n;

/** Returns the data of an order as its shard would publish it. */
export function anOrder(
  wanted: Readonly<Record<string, number>>,
  paymentMethod: PaymentMethod = 'test_ok',
): OrderPlacedData {
  const lines = Object.entries(wanted).map(([sku, quantity]) => {
    const product = SEED_PRODUCTS.find((candidate) => candidate.sku === sku);
    return { sku, quantity, unitPrice: product?.price ?? { amount: 100, currency: 'EUR' } };
  });
  const amount = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0);
  lastId += 1_024n;
  return {
    orderId: lastId.toString(),
    customerId: '7218839283711234561',
    lines,
    total: { amount, currency: 'EUR' },
    paymentMethod,
    placedAt: new Date().toISOString(),
  };
}

/** Returns an event as the strategy passes it to a handler. */
export function delivered<Data extends { orderId: string }>(type: string, data: Data): IncomingEvent<Data> {
  return {
    id: randomUUID(),
    type,
    source: '/test',
    time: new Date(),
    key: data.orderId,
    data,
    headers: {},
    topic: 'test',
    partition: 0,
    offset: '0',
    signal: new AbortController().signal,
  };
}

export function placed(order: OrderPlacedData): IncomingEvent<OrderPlacedData> {
  return delivered(OrderPlaced.type, order);
}

/** Returns a batch of events as the strategy passes it to a handler of batches. */
export function batchOf(...events: readonly IncomingEvent<OrderPlacedData>[]): EventBatch<OrderPlacedData> {
  const records = events.map(({ topic, partition, offset, id, source, key, headers, data }) => () => ({
    ...{ topic, partition, offset, timestamp: '0', key: Buffer.from(key) },
    value: Buffer.from(JSON.stringify(data)),
    headers: { ...headers, ce_specversion: '1.0', ce_id: id, ce_source: source },
  }));
  return new EventBatch(OrderPlaced, records, undefined, undefined);
}
