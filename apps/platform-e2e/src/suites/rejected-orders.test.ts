import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Customer, Order, type PaymentMethod, type PlaceOrder } from '@groundwork/contracts';
import { eventually } from '@groundwork/testing';
import { chargesOf, inventoryOf } from '@groundwork/load';
import { type Platform, underTest } from '../platform.ts';

const OPERATOR_KEY = process.env['OPERATOR_KEY'] ?? 'groundwork-operator';

/** Products that no other suite buys, so only this file changes their stock. */
const SKUS = ['GW-0011', 'GW-0012'];

describe('an order that fails or is delayed', () => {
  let platform: Platform;
  let customer: Customer;

  beforeAll(async () => {
    platform = underTest();
    customer = await platform.shop.newCustomer();
  });

  afterAll(() => platform.close());

  const place = async (paymentMethod: PaymentMethod, lines: PlaceOrder['lines']) =>
    (await platform.shop.place({ customerId: customer.id, lines, paymentMethod })).as(201, Order);

  it('is rejected when the payment is declined, and exactly its stock is released', async () => {
    const before = await inventoryOf(platform.databases, SKUS);
    const placed = await place('test_declined', [
      { sku: 'GW-0011', quantity: 4 },
      { sku: 'GW-0012', quantity: 9 },
    ]);
    const settled = await platform.shop.settled(placed.id);
    expect(settled).toEqual({
      ...placed,
      status: 'rejected',
      settledAt: expect.any(String),
      rejection: { code: 'payment-declined', detail: expect.any(String) },
    });
    expect(await inventoryOf(platform.databases, SKUS)).toEqual(before);
    expect(await chargesOf(platform.databases, [placed.id])).toEqual([]);
  });

  it.each([
    ['more units than the stock', 'GW-0119', 1_000],
    ['a sold-out product', 'GW-0120', 1],
  ])(
    'is rejected when it contains %s, and none of its lines is reserved',
    async (_what, scarce, quantity) => {
      const skus = [...SKUS, scarce];
      const before = await inventoryOf(platform.databases, skus);
      const placed = await place('test_ok', [
        { sku: 'GW-0011', quantity: 3 },
        { sku: scarce, quantity },
        { sku: 'GW-0012', quantity: 5 },
      ]);
      const settled = await platform.shop.settled(placed.id);
      expect(settled).toMatchObject({ status: 'rejected', rejection: { code: 'out-of-stock' } });
      expect(settled.rejection?.detail).toContain(scarce);
      expect(await inventoryOf(platform.databases, skus)).toEqual(before);
      expect(await chargesOf(platform.databases, [placed.id])).toEqual([]);
    },
  );

  it.each<PaymentMethod>(['test_flaky', 'test_slow'])(
    'is confirmed with one charge for %s',
    async (paymentMethod) => {
      const placed = await place(paymentMethod, [{ sku: 'GW-0011', quantity: 1 }]);
      expect(await platform.shop.settled(placed.id)).toEqual({
        ...placed,
        status: 'confirmed',
        settledAt: expect.any(String),
      });
      expect(await chargesOf(platform.databases, [placed.id])).toEqual([placed.id]);
    },
  );

  it('becomes a dead letter at once, readable by operators, when its payment can never succeed', async () => {
    const placed = await place('test_poison', [{ sku: 'GW-0012', quantity: 1 }]);
    const letter = await eventually(
      async () => (await platform.shop.deadLettersOf(placed.id, OPERATOR_KEY))[0],
      { within: 60_000 },
    );
    expect(letter).toMatchObject({ key: placed.id, topic: 'inventory.events' });
    expect(JSON.parse(letter.payload ?? '')).toMatchObject({ orderId: placed.id });
    expect(letter).toMatchObject({ attempts: 1, error: { code: 'payment-not-understood' } });
    expect((await platform.shop.order(placed.id)).status).toBe('pending');
    expect(await chargesOf(platform.databases, [placed.id])).toEqual([]);
  });

  it('shows dead letters to operators only', async () => {
    const path = '/v1/admin/dead-letters';
    expect((await platform.shop.request(path)).asProblem().status).toBe(401);
    const wrong = await platform.shop.request(path, { headers: { 'x-operator-key': 'a-guess' } });
    expect(wrong.asProblem().status).toBe(403);
  });
});
