import { describe, expect, it } from '@jest/globals';
import { type EventType } from './event-type.ts';
import { OrderPlaced } from './order-placed.ts';
import { PaymentSettled } from './payment-settled.ts';
import { PriceChanged } from './price-changed.ts';
import { StockReserved } from './stock-reserved.ts';

const EUR = (amount: number) => ({ amount, currency: 'EUR' });
const line = { sku: 'GW-0001', quantity: 1, unitPrice: EUR(1) };
const order = {
  orderId: '1',
  customerId: '1',
  lines: [line],
  total: EUR(1),
  paymentMethod: 'test_ok',
  placedAt: '2026-01-01T00:00:00.000Z',
};
const isTaken = ({ data }: EventType<unknown>, given: object) => data.safeParse(given).success;

describe('the data of an event', () => {
  const OF_ORDERS = [OrderPlaced, StockReserved] as const;

  it.each<[string, object]>([
    ['a negative quantity', { lines: [{ ...line, quantity: -500 }] }],
    ['no quantity', { lines: [{ ...line, quantity: 0 }] }],
    ['a quantity above the limit of an order', { lines: [{ ...line, quantity: 1_001 }] }],
    ['a negative price', { lines: [{ ...line, unitPrice: EUR(-1) }] }],
    ['a price above the limit of a product', { lines: [{ ...line, unitPrice: EUR(9e15) }] }],
    ['a price in another currency', { lines: [{ ...line, unitPrice: { amount: 1, currency: 'XXX' } }] }],
    ['a total above the limit of an order', { total: EUR(Number.MAX_SAFE_INTEGER) }],
    ['a negative total', { total: EUR(-500) }],
    ['no lines', { lines: [] }],
    ['more lines than an order allows', { lines: Array.from({ length: 101 }, () => line) }],
  ])('of an order event is rejected with %s', (_name, fault) => {
    expect(OF_ORDERS.map((type) => isTaken(type, order))).toEqual([true, true]);
    expect(OF_ORDERS.map((type) => isTaken(type, { ...order, ...fault }))).toEqual([false, false]);
  });

  it('of a payment event is rejected with an amount outside the limits of an order', () => {
    const settled = { orderId: '1', chargeId: 'a', amount: EUR(1) };
    expect(isTaken(PaymentSettled, settled)).toBe(true);
    for (const amount of [EUR(-1), EUR(9e15), { amount: 1, currency: 'XXX' }])
      expect(isTaken(PaymentSettled, { ...settled, amount })).toBe(false);
  });

  it('of a price event is rejected with a price outside the limits of a product', () => {
    expect(isTaken(PriceChanged, { sku: 'GW-0001', price: EUR(1) })).toBe(true);
    for (const price of [EUR(-5), EUR(9e15), { amount: 1, currency: 'ZZZ' }])
      expect(isTaken(PriceChanged, { sku: 'GW-0001', price })).toBe(false);
  });
});
