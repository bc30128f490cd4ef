import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Customer, Order, ProductList, type PlaceOrder } from '@groundwork/contracts';
import { eventually } from '@groundwork/testing';
import { randomUUID } from 'node:crypto';
import { type Platform, underTest } from '../platform.ts';

describe('the golden journey', () => {
  let platform: Platform;
  let customer: Customer;

  beforeAll(async () => {
    platform = underTest();
    customer = await platform.shop.newCustomer();
  });

  afterAll(() => platform.close());

  const orderOf = (sku: string, quantity: number): PlaceOrder => ({
    customerId: customer.id,
    lines: [{ sku, quantity }],
    paymentMethod: 'test_ok',
  });

  it('creates a customer and returns it', async () => {
    const json = { email: `e2e-${randomUUID()}@example.com`, name: 'Ada Lovelace', region: 'us' };
    const answer = await platform.shop.request('/v1/customers', { json });
    const created = answer.as(201, Customer);
    expect(created).toEqual({ ...json, id: created.id, createdAt: created.createdAt });
    const found = (await platform.shop.request(`/v1/customers/${created.id}`)).as(200, Customer);
    expect(found).toEqual(created);
  });

  it('accepts an order as pending with its location, and confirms it later', async () => {
    const product = await platform.shop.product('GW-0002');
    const order: PlaceOrder = {
      customerId: customer.id,
      lines: [
        { sku: 'GW-0001', quantity: 2 },
        { sku: 'GW-0002', quantity: 3 },
      ],
      paymentMethod: 'test_ok',
    };
    const answer = await platform.shop.place(order);
    const placed = answer.as(201, Order);
    expect(answer.headers.get('location')).toBe(`/v1/orders/${placed.id}`);
    expect(answer.headers.get('idempotency-replayed')).toBeNull();
    expect(placed).toMatchObject({ customerId: customer.id, status: 'pending' });
    expect(placed.lines.map(({ sku, quantity }) => ({ sku, quantity }))).toEqual(order.lines);
    expect(placed.lines[1]?.unitPrice).toEqual(product.price);
    const amount = placed.lines.reduce((sum, line) => sum + line.quantity * line.unitPrice.amount, 0);
    expect(placed.total).toEqual({ amount, currency: 'EUR' });

    const settled = await platform.shop.settled(placed.id);
    expect(settled).toEqual({ ...placed, status: 'confirmed', settledAt: expect.any(String) });
  });

  it('replays the response for a repeated key, and refuses the key with another body', async () => {
    const key = randomUUID();
    const first = await platform.shop.place(orderOf('GW-0003', 1), key);
    const again = await platform.shop.place(orderOf('GW-0003', 1), key);
    expect(again.as(201, Order)).toEqual(first.as(201, Order));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));

    const other = await platform.shop.place(orderOf('GW-0003', 2), key);
    expect(other.asProblem()).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });

  it('requires an idempotency key for an order', async () => {
    const answer = await platform.shop.request('/v1/orders', { json: orderOf('GW-0003', 1) });
    expect(answer.asProblem()).toMatchObject({ status: 400, code: 'idempotency-key-missing' });
  });

  it('lists the orders of a customer in pages, newest first and each order once', async () => {
    const buyer = await platform.shop.newCustomer('ap');
    const placed: string[] = [];
    for (let quantity = 1; quantity <= 5; quantity += 1) {
      const order = { ...orderOf('GW-0004', quantity), customerId: buyer.id };
      placed.unshift((await platform.shop.place(order)).as(201, Order).id);
    }

    const pages = [await platform.shop.page(buyer.id, 2)];
    for (let cursor = pages[0]?.nextCursor; typeof cursor === 'string'; cursor = pages.at(-1)?.nextCursor) {
      pages.push(await platform.shop.page(buyer.id, 2, cursor));
    }
    expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(placed);
    expect((await platform.shop.page(buyer.id, 5)).nextCursor).toBeNull();
    expect(await platform.shop.page((await platform.shop.newCustomer()).id, 5)).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('shows the catalogue, and reports which tier answered', async () => {
    const listed = await platform.shop.request('/v1/products');
    expect(listed.as(200, ProductList).items.map(({ sku }) => sku)).toContain('GW-0120');
    expect(listed.headers.get('cache-status')).toMatch(CACHE_STATUS);

    const path = '/v1/products/GW-0005';
    const statuses = await eventually(async () => {
      const fields = (await platform.shop.request(path)).headers.get('cache-status');
      return fields?.includes('hit') === true && fields;
    });
    expect(statuses).toMatch(CACHE_STATUS);
  });

  it('subtracts sold units from the stock and adds them to the top products', async () => {
    const [before, top] = [await platform.shop.product('GW-0006'), await platform.shop.topProducts(100)];
    const soldBefore = top.find(({ sku }) => sku === 'GW-0006')?.unitsSold ?? 0;
    const placed = (await platform.shop.place(orderOf('GW-0006', 7))).as(201, Order);
    await platform.shop.settled(placed.id);

    await eventually(async () => (await platform.shop.product('GW-0006')).stock === before.stock - 7);
    const sold = await eventually(async () =>
      (await platform.shop.topProducts(100)).find(
        ({ sku, unitsSold }) => sku === 'GW-0006' && unitsSold === soldBefore + 7,
      ),
    );
    expect(sold.revenue.amount).toBe(sold.unitsSold * before.price.amount);
    const units = (await platform.shop.topProducts(100)).map(({ unitsSold }) => unitsSold);
    expect(units).toEqual([...units].sort((a, b) => b - a));
  });
});

/** RFC 9211: a list of caches, nearest to the origin first, each with parameters such as `hit` or `fwd=miss`. */
const CACHE_STATUS = /^\S+; ?(hit|fwd=[a-z-]+)/;
