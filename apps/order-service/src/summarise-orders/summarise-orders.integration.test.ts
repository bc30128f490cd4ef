import {
  type OrderFigures,
  type OrdersSummary,
  OrderStatus,
  OrdersSummary as Summary,
  type Problem,
} from '@groundwork/contracts';
import { slotOf } from '@groundwork/sharding';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client } from 'pg';
import { connect } from '../../test/connect.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { idIn, manyOrders, storeOnShards, storeOrder, type StoredOrder } from '../../test/stored-orders.ts';

// One shard has more orders than the other, so that an average of averages would be wrong.
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

  /** Returns the figures of a single database. */
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
  ])('equals the summary of a single database: %j', async (query, condition, statuses) => {
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

  it('sums exactly beyond the range of a JavaScript number', async () => {
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

  /** Returns functions that change an order on its shard as the steps of the saga do. */
  async function stepsOf(saga: string, { id: oldId, customerId }: Pick<StoredOrder, 'id' | 'customerId'>) {
    const newId = idIn(slotOf(customerId), 7_000 + Number(saga));
    const [from, to] = [shardOf(oldId), shardOf(newId)];
    const noteStep = (sql: Client, slot: number, step: string) =>
      sql.query(`insert into saga_steps values ($1, $2, $3, 'done')`, [slot, saga, step]);
    return {
      newId,
      reserve: async () => {
        await noteStep(from, slotOf(oldId), 'reserve');
        await from.query('update orders set transferring_by = $2 where id = $1', [oldId, saga]);
      },
      create: async () => {
        await noteStep(to, slotOf(newId), 'create');
        await to.query(
          `insert into orders (id, customer_id, status, total_amount, total_currency, payment_method, transferred_from, transferring_by)
           values ($1, $2, 'confirmed', 1234, 'EUR', 'test_ok', $3, $4)`,
          [newId, customerId, oldId, saga],
        );
      },
      finish: () =>
        from.query(
          `update orders set status = 'transferred', transferred_to = $2, transferring_by = null where id = $1`,
          [oldId, newId],
        ),
      release: () => to.query('update orders set transferring_by = null where id = $1', [newId]),
    };
  }

  const shardOf = (id: string) => shards[slotOf(id) < 2_048 ? 0 : 1] as Client;

  it.each([
    ['another shard', 3_000, 100],
    ['the same slot', 100, 100],
  ])(
    'counts an order once while and after it is transferred twice, first to %s',
    async (_, first, second) => {
      const order = {
        ...orders[0]!,
        id: idIn(100, 5_000 + first),
        customerId: idIn(100, 5_001 + first),
        total: 1_234,
        region: 'us' as const,
        status: 'confirmed' as const,
        settledAt: null,
      };
      const customers = [order.customerId, idIn(first, 5_002 + first), idIn(second, 5_003 + first)] as const;
      for (const customerId of customers) {
        const sql = shardOf(customerId);
        await sql.query(
          `insert into customers (id, email, name, region) values ($1, 'a@example.com', 'A', 'us')`,
          [customerId],
        );
      }
      const before = (await summary('region=us')).all;
      await storeOrder(shardOf(order.id), order);
      const { all } = await summary('region=us');
      expect([all.count, BigInt(all.sum.amount)]).toEqual([
        before.count + 1,
        BigInt(before.sum.amount) + 1_234n,
      ]);

      let id = order.id;
      for (const [n, customerId] of customers.slice(1).entries()) {
        const { newId, ...steps } = await stepsOf(`${first + n}`, { id, customerId });
        for (const step of [steps.reserve, steps.create]) {
          await step();
          expect((await summary('region=us')).all).toEqual(all);
        }
        await steps.finish();
        await steps.release();
        expect((await summary('region=us')).all).toEqual(all);
        id = newId;
      }
      const { byStatus } = await summary('region=us');
      expect(byStatus.find(({ status }) => status === 'transferred')!.count).toBeGreaterThanOrEqual(2);
    },
  );

  it.each([
    ['status=lost', '/query/status'],
    ['region=mars', '/query/region'],
    ['partial=1', '/query/partial'],
    ['sort=total', '/query/sort'],
  ])('points at the invalid parameter of %s', async (query, pointer) => {
    expect(await client.get<Problem>(`/v1/orders/summary?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer }] },
    });
  });
});
