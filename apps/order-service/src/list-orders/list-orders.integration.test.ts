import { type AllOrdersPage, AllOrdersPage as Page, type Order, type Problem } from '@groundwork/contracts';
import { encodeCursor } from '@groundwork/sharding';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Client } from 'pg';
import { connect } from '../../test/connect.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { idIn, manyOrders, removeOrder, storeOnShards, storeOrder } from '../../test/stored-orders.ts';
import { SettleOrder } from '../settle-order/settle-order.ts';
import { SORT_ORDERS } from './sort-orders.ts';

const orders = manyOrders(100);

describe('listing the orders of all shards', () => {
  let databases: Awaited<ReturnType<typeof createShardDatabase>>[];
  let shards: Client[];
  /** A database that is no shard and holds the orders of all shards. */
  let single: Client;
  let service: RunningOrderService;
  let client: OrderServiceClient;

  beforeAll(async () => {
    databases = await Promise.all(Array.from({ length: 4 }, createShardDatabase));
    const shardUrls = databases.slice(0, 3).map(({ url }) => url);
    shards = await Promise.all(shardUrls.map((url) => connect(url)));
    single = await connect(databases[3]!.url);
    service = await startOrderService({
      shardUrls,
      slotMap: '0-1365=shard-1,1366-2730=shard-2,2731-4095=shard-3',
    });
    client = new OrderServiceClient(service.url);
    await storeOnShards(shards, orders);
    for (const order of orders) await storeOrder(single, order);
  });

  afterAll(async () => {
    await service.stop();
    await Promise.all([single, ...shards].map((sql) => sql.end()));
    for (const database of databases) await database.drop();
  });

  async function page(query: string): Promise<AllOrdersPage> {
    const { status, body } = await client.get<AllOrdersPage>(`/v1/orders?${query}`);
    expect(status).toBe(200);
    return Page.parse(body);
  }

  async function allPages(query: string): Promise<Order[][]> {
    const pages: Order[][] = [];
    let cursor: string | null = null;
    do {
      const next: AllOrdersPage = await page(cursor === null ? query : `${query}&cursor=${cursor}`);
      expect(next).toMatchObject({ complete: true, failedShards: [] });
      pages.push(next.items);
      cursor = next.nextCursor;
    } while (cursor !== null);
    return pages;
  }

  const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id);

  const inOneDatabase: Readonly<Record<string, string>> = {
    createdAt: 'orders.created_at, orders.id',
    '-createdAt': 'orders.created_at desc, orders.id desc',
    total: 'total_amount, orders.id',
    '-total': 'total_amount desc, orders.id desc',
    settledAt: 'settled_at, orders.id',
    '-settledAt': 'settled_at desc, orders.id desc',
  };

  describe.each(Object.keys(SORT_ORDERS))('by %s', (sort) => {
    it.each([
      ['', 'true'],
      ['&status=confirmed', "status = 'confirmed'"],
      ['&status=pending', "status = 'pending'"],
      ['&region=us', "region = 'us'"],
      ['&status=rejected&region=eu', "status = 'rejected' and region = 'eu'"],
    ])('returns the pages of a single database%s', async (filter, condition) => {
      const { rows } = await single.query<{ id: string }>(
        `select orders.id from orders join customers on customers.id = customer_id
        where ${condition} order by ${inOneDatabase[sort]}`,
      );
      expect(rows.length).toBeGreaterThan(5);
      for (const limit of [3, 100]) {
        const pages = await allPages(`sort=${sort}&limit=${limit}${filter}`);
        expect(idsOf(pages.flat())).toEqual(idsOf(rows));
        expect(pages.slice(0, -1).every((items) => items.length === limit)).toBe(true);
      }
    });
  });

  it('returns the twenty latest orders by default, latest first', async () => {
    const { items } = await page('');
    expect(idsOf(items)).toEqual(idsOf((await page('sort=-createdAt&limit=20')).items));
  });

  it('shows an order as the single read does, also after its settlement', async () => {
    const { id: customerId } = (await client.createCustomer()).body;
    const { id, total } = (await client.placeOrder(customerId)).body;
    const find = async () => (await page('limit=1')).items[0];
    expect(await find()).toEqual((await client.order(id)).body);
    const event = { id: randomUUID(), data: { orderId: id }, type: 'PaymentSettled', key: id };
    await service
      .get(SettleOrder)
      .settle(event as unknown as Parameters<SettleOrder['settle']>[0], { status: 'confirmed', paid: total });
    const settled = await find();
    expect(settled).toEqual((await client.order(id)).body);
    expect(Date.parse(settled!.settledAt!)).toBeGreaterThanOrEqual(Date.parse(settled!.createdAt));
    await Promise.all(shards.map((sql) => removeOrder(sql, { ...orders[0]!, id, customerId })));
  });

  it('ignores copies of slots that a shard does not own', async () => {
    const copy = { ...orders[0]!, id: idIn(4_095, 1), customerId: idIn(4_095, 2), createdAt: new Date() };
    await storeOrder(shards[0]!, copy);
    expect(idsOf((await page('')).items)).not.toContain(copy.id);
    await removeOrder(shards[0]!, copy);
  });

  it('scans an index for each sort order, in both directions and with NULLs', async () => {
    await single.query('begin');
    await single.query('set local enable_sort = off');
    for (const [sort, order] of Object.entries(inOneDatabase)) {
      const { rows } = await single.query<Record<string, string>>(
        `explain select * from orders order by ${order} limit 10`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(`${sort}: ${plan}`).toMatch(/Index Scan (Backward )?using orders_by_/);
    }
    await single.query('rollback');
  });

  it.each([
    ['status=lost', '/query/status'],
    ['region=mars', '/query/region'],
    ['sort=price', '/query/sort'],
    ['sort=', '/query/sort'],
    ['limit=0', '/query/limit'],
    ['limit=101', '/query/limit'],
    ['limit=1&limit=2', '/query/limit'],
    ['partial=yes', '/query/partial'],
    ['cursor=', '/query/cursor'],
    ['colour=red', '/query/colour'],
  ])('points at the invalid parameter of %s', async (query, pointer) => {
    expect(await client.get<Problem>(`/v1/orders?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer }] },
    });
  });

  it('rejects a forged cursor and a cursor of another filter, sort order or list', async () => {
    const { nextCursor } = await page('sort=total&status=confirmed&limit=1');
    const ofCustomer = encodeCursor([new Date(0), '1'], SORT_ORDERS['-createdAt'], '1');
    for (const query of [
      `sort=total&cursor=${nextCursor}`,
      `sort=total&status=pending&cursor=${nextCursor}`,
      `sort=total&status=confirmed&region=eu&cursor=${nextCursor}`,
      `sort=-total&status=confirmed&cursor=${nextCursor}`,
      `cursor=${ofCustomer}`,
      'cursor=x',
    ]) {
      expect(await client.get<Problem>(`/v1/orders?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid-cursor', errors: [{ pointer: '/query/cursor' }] },
      });
    }
  });
});
