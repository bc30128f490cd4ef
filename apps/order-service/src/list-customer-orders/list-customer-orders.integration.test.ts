import { type Order } from '@groundwork/contracts';
import { encodeCursor } from '@groundwork/sharding';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { NEWEST_FIRST } from './list-customer-orders.ts';

describe("listing a customer's orders", () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let sql: Client;
  let customerId: string;

  beforeAll(async () => {
    database = await createShardDatabase();
    service = await startOrderService({ shardUrls: [database.url] });
    client = new OrderServiceClient(service.url);
    sql = new Client({ connectionString: database.url });
    await sql.connect();
  });

  afterAll(async () => {
    await service.stop();
    await sql.end();
    await database.drop();
  });

  beforeEach(async () => {
    customerId = (await client.createCustomer()).body.id;
  });

  async function placeOrders(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) ids.push((await client.placeOrder(customerId)).body.id);
    return ids;
  }

  async function allPages(limit: number): Promise<Order[][]> {
    const pages: Order[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { status, body } = await client.orders(customerId, `?limit=${limit}${query}`);
      expect(status).toBe(200);
      pages.push(body.items);
      cursor = body.nextCursor;
    }
    return pages;
  }

  it('returns every order once, newest first, with its lines', async () => {
    const ids = await placeOrders(7);
    const pages = await allPages(3);
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat().map(({ id }) => id)).toEqual(ids.toReversed());
    for (const order of pages.flat()) expect(order).toEqual((await client.order(order.id)).body);
  });

  it('returns every order exactly once when all were placed in the same millisecond', async () => {
    const ids = await placeOrders(9);
    await sql.query('update orders set created_at = $1 where customer_id = $2', [
      '2026-01-01T00:00:00.123456Z',
      customerId,
    ]);
    for (const limit of [1, 2, 4, 9, 100]) {
      const seen = (await allPages(limit)).flat().map(({ id }) => id);
      expect(seen).toEqual(ids.toReversed());
    }
  });

  it('keeps its pages consistent when orders are placed between two pages', async () => {
    const ids = await placeOrders(4);
    const first = (await client.orders(customerId, '?limit=2')).body;
    await placeOrders(3);
    const second = (await client.orders(customerId, `?limit=2&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(second.nextCursor).toBeNull();
  });

  it('is empty for a customer without orders, and not found for an unknown customer', async () => {
    expect((await client.orders(customerId)).body).toEqual({ items: [], nextCursor: null });
    expect(await client.orders('4711')).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('rejects a forged cursor and a cursor of another customer', async () => {
    await placeOrders(2);
    const { nextCursor } = (await client.orders(customerId, '?limit=1')).body;
    const other = (await client.createCustomer()).body.id;
    const madeUp = Buffer.from(JSON.stringify({ id: '1' })).toString('base64url');
    for (const [customer, cursor] of [
      [other, nextCursor],
      [customerId, madeUp],
      [customerId, 'x'],
      [customerId, encodeCursor([new Date(0), '1'], NEWEST_FIRST, other)],
    ] as const) {
      expect(await client.orders(customer, `?cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid-cursor', errors: [{ pointer: '/query/cursor' }] },
      });
    }
  });

  it.each([
    ['?limit=0', '/query/limit'],
    ['?limit=101', '/query/limit'],
    ['?limit=1.5', '/query/limit'],
    ['?limit=abc', '/query/limit'],
    ['?cursor=', '/query/cursor'],
    ['?colour=red', '/query/colour'],
    ['?limit=1&limit=2', '/query/limit'],
  ])('points at the invalid parameter of %s', async (query, pointer) => {
    expect(await client.orders(customerId, query)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer }] },
    });
  });
});
