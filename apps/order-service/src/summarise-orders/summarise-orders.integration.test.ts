import {
  type OrderFigures,
  type OrdersSummary,
  OrderStatus,
  OrdersSummary as Summary,
  type Problem,
} from '@groundwork/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client } from 'pg';
import { connect } from '../../test/connect.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { idIn, manyOrders, storeOnShards, storeOrder } from '../../test/stored-orders.ts';

// More on one shard than on the other, so that an average of averages would be wrong.
const orders = [
  ...manyOrders(60),
  ...manyOrders(60).map((order, n) => ({
    ...order,
    id: idIn(n, 500 + n),
    customerId: idIn(n, 900 + n),
    total: 7,
  })),
];

describe('summarising the orders of all shards', () => {
  let databases: Awaited<ReturnType<typeof createShardDatabase>>[];
  let shards: Client[];
  let single: Client;
  let service: RunningOrderService;
  let client: OrderServiceClient;

  beforeAll(async () => {
    databases = await Promise.all(Array.from({ length: 3 }, createShardDatabase));
    const shardUrls = databases.slice(0, 2).map(({ url }) => url);
    shards = await Promise.all(shardUrls.map((url) => connect(url)));
    single = await connect(databases[2]!.url);
    service = await startOrderService({ shardUrls });
    client = new OrderServiceClient(service.url);
    await storeOnShards(shards, orders);
    for (const order of orders) await storeOrder(single, order);
  });

  afterAll(async () => {
    await service.stop();
    await Promise.all([single, ...shards].map((sql) => sql.end()));
    for (const database of databases) await database.drop();
  });

  async function summary(query: string): Promise<OrdersSummary> {
    const { status, body } = await client.get<OrdersSummary>(`/v1/orders/summary?${query}`);
    expect(status).toBe(200);
    return Summary.parse(body);
  }

  /** What one database says. */
  async function figures(condition: string): Promise<OrderFigures> {
    const { rows } = await single.query<{ figures: OrderFigures }>(
      `select jsonb_build_object(
         'count', count(*),
         'sum', jsonb_build_object('amount', coalesce(sum(total_amount), 0)::text, 'currency', 'EUR'),
         'average', case when count(*) > 0 then jsonb_build_object('amount', round(avg(total_amount)), 'currency', 'EUR') end,
         'smallest', case when count(*) > 0 then jsonb_build_object('amount', min(total_amount), 'currency', 'EUR') end,
         'largest', case when count(*) > 0 then jsonb_build_object('amount', max(total_amount), 'currency', 'EUR') end
       ) as figures
       from orders join customers on customers.id = customer_id where ${condition}`,
    );
    return rows[0]!.figures;
  }

  it.each([
    ['', 'true', OrderStatus.options],
    ['region=ap', "region = 'ap'", OrderStatus.options],
    ['status=confirmed', "status = 'confirmed'", ['confirmed']],
    ['status=pending&region=us', "status = 'pending' and region = 'us'", ['pending']],
  ])('says what one database says: %j', async (query, condition, statuses) => {
    expect(await summary(query)).toEqual({
      all: await figures(condition),
      byStatus: await Promise.all(
        statuses.map(async (status) => ({
          status,
          ...(await figures(`${condition} and status = '${status}'`)),
        })),
      ),
      complete: true,
      failedShards: [],
    });
  });

  it('sums exactly beyond what a JavaScript number holds', async () => {
    const dear = { ...orders[0]!, total: Number.MAX_SAFE_INTEGER, region: 'ap' as const };
    const more = [1, 2, 3].map((n) => ({
      ...dear,
      id: idIn(n * 1_300, 2_000 + n),
      customerId: idIn(n * 1_300, n),
    }));
    await storeOnShards(shards, more);
    for (const order of more) await storeOrder(single, order);
    const { all } = await summary('');
    expect(all).toEqual(await figures('true'));
    expect(BigInt(all.sum.amount)).toBeGreaterThan(3n * BigInt(Number.MAX_SAFE_INTEGER));
  });

  it.each([
    ['status=lost', '/query/status'],
    ['region=mars', '/query/region'],
    ['partial=1', '/query/partial'],
    ['sort=total', '/query/sort'],
  ])('points at what is wrong with %s', async (query, pointer) => {
    expect(await client.get<Problem>(`/v1/orders/summary?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer }] },
    });
  });
});
