import { randomUUID } from 'node:crypto';
import { type Order } from '@groundwork/contracts';
import { slotOf } from '@groundwork/sharding';
import { eventually } from '@groundwork/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createDirectory } from '../../test/create-directory.ts';
import { type Answer, OrderServiceClient } from '../../test/order-service-client.ts';
import { spawnOrderService } from '../../test/spawn-order-service.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';

describe('transferring an order', () => {
  let databases: readonly Awaited<ReturnType<typeof createShardDatabase>>[];
  let directory: Awaited<ReturnType<typeof createDirectory>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let shards: readonly Client[];
  let giver: string;
  let taker: string;
  let order: Order;

  beforeAll(async () => {
    databases = [await createShardDatabase(), await createShardDatabase()];
    directory = await createDirectory(shardsOf(databases.map(({ url }) => url)));
    service = await startOrderService({
      shardUrls: databases.map(({ url }) => url),
      directoryUrl: directory.url,
      environment: { SAGA_LEASE_MS: '300' },
    });
    client = new OrderServiceClient(service.url);
    shards = await Promise.all(
      databases.map(async ({ url }) => {
        const sql = new Client({ connectionString: url });
        await sql.connect();
        return sql;
      }),
    );
  });

  afterAll(async () => {
    await service.stop();
    await Promise.all(shards.map((shard) => shard.end()));
    await directory.drop();
    await Promise.all(databases.map((database) => database.drop()));
  });

  beforeEach(async () => {
    [giver, taker] = [await customerOn(0), await customerOn(1)];
    order = await confirmedOrder(giver);
  });

  const shardOf = (id: string) => shards[slotOf(id) < 2_048 ? 0 : 1] as Client;
  async function customerOn(shard: number): Promise<string> {
    for (;;) {
      const { id } = (await client.createCustomer()).body;
      if (shardOf(id) === shards[shard]) return id;
    }
  }
  async function confirmedOrder(customerId: string): Promise<Order> {
    const { body } = await client.placeOrder(customerId, [
      { sku: 'GW-0007', quantity: 3 },
      { sku: 'GW-0002', quantity: 1 },
    ]);
    await shardOf(body.id).query(`update orders set status = 'confirmed', settled_at = now() where id = $1`, [
      body.id,
    ]);
    return (await client.order(body.id)).body;
  }
  const transfer = (
    id: string,
    customerId: string,
    key: string = randomUUID(),
  ): Promise<Answer<Order & { code: string }>> =>
    client.post(`/v1/orders/${id}/transfer`, { customerId }, { 'idempotency-key': key });
  const ordersOf = async (customerId: string) => (await client.orders(customerId)).body.items;
  /** Runs the work while the shard of the taker rejects transferred orders. */
  async function whileRefused<T>(work: () => Promise<T>): Promise<T> {
    await shards[1]!.query(
      'alter table orders add constraint refused check (transferred_from is null) not valid',
    );
    try {
      return await work();
    } finally {
      await shards[1]!.query('alter table orders drop constraint refused');
    }
  }

  it('creates a new order of the other customer on their shard; the old order refers to the new one', async () => {
    const { status, headers, body } = await transfer(order.id, taker);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/orders/${body.id}`);
    expect(slotOf(body.id)).toBe(slotOf(taker));
    const { id: _, customerId: __, createdAt: ___, ...rest } = order;
    expect(body).toEqual({
      ...rest,
      id: expect.not.stringMatching(order.id),
      customerId: taker,
      createdAt: expect.any(String),
      transferredFrom: order.id,
    });
    expect((await client.order(body.id)).body).toEqual(body);
    expect((await client.order(order.id)).body).toEqual({
      ...order,
      status: 'transferred',
      transferredTo: body.id,
    });
    expect(await ordersOf(taker)).toEqual([body]);
    const listed = (await client.get<{ items: Order[] }>('/v1/orders?status=transferred')).body.items;
    expect(listed.find(({ id }) => id === order.id)).toMatchObject({ transferredTo: body.id });
  });

  it('can be repeated to a third customer and back', async () => {
    const first = (await transfer(order.id, taker)).body;
    const third = await customerOn(0);
    const second = (await transfer(first.id, third)).body;
    const back = (await transfer(second.id, giver)).body;
    expect(back).toMatchObject({ customerId: giver, transferredFrom: second.id, status: 'confirmed' });
    expect((await ordersOf(giver)).map(({ status }) => status)).toEqual(['confirmed', 'transferred']);
  });

  it('happens once for each key, with repeated and concurrent requests', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => transfer(order.id, taker, 'again')));
    for (const { status, body } of answers) {
      if (status !== 201) expect(body.code).toBe('transfer-unfinished');
    }
    const repeated = await transfer(order.id, taker, 'again');
    expect([repeated.status, repeated.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await ordersOf(taker)).toEqual([repeated.body]);
    expect(await transfer(order.id, giver, 'again')).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
  });

  it('succeeds for exactly one of two concurrent requests', async () => {
    const other = await customerOn(1);
    const answers = await Promise.all([transfer(order.id, taker), transfer(order.id, other)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const lost = answers.find(({ status }) => status === 409)!;
    expect(['order-being-transferred', 'order-not-confirmed']).toContain(lost.body.code);
    expect([...(await ordersOf(taker)), ...(await ordersOf(other))]).toHaveLength(1);
  });

  it('rejects impossible transfers with the reason', async () => {
    const pending = (await client.placeOrder(giver)).body.id;
    const refusals: [string, string, number, string][] = [
      ['4711', taker, 404, 'not-found'],
      [order.id, '4711', 422, 'unknown-customer'],
      [order.id, giver, 422, 'same-customer'],
      [pending, taker, 409, 'order-not-confirmed'],
      ['x', taker, 400, 'invalid-id'],
      [order.id, 'x', 400, 'invalid-request'],
    ];
    for (const [id, customerId, status, code] of refusals) {
      expect(await transfer(id, customerId)).toMatchObject({ status, body: { code } });
    }
    expect(await client.post(`/v1/orders/${order.id}/transfer`, { customerId: taker })).toMatchObject({
      status: 400,
      body: { code: 'idempotency-key-missing' },
    });
    const { rowCount } = await shards[0]!.query('select from sagas where context ->> $1 = any($2)', [
      'orderId',
      [order.id, pending],
    ]);
    expect(rowCount).toBe(0);
  });

  it('is compensated when the other shard rejects the order; afterwards the order can be transferred again', async () => {
    const refused = await whileRefused(() => transfer(order.id, taker, 'refused'));
    expect(refused).toMatchObject({ status: 503, body: { code: 'transfer-undone', retryable: false } });
    expect((await client.order(order.id)).body).toEqual(order);
    expect(await ordersOf(taker)).toEqual([]);
    expect(await transfer(order.id, taker, 'refused')).toMatchObject({
      status: 503,
      body: { code: 'transfer-undone' },
    });
    expect((await transfer(order.id, taker, 'anew')).status).toBe(201);
  });

  it('is completed by another instance when its instance is killed half-way', async () => {
    const doomed = await spawnOrderService(directory.url, shardsOf(databases.map(({ url }) => url)), {
      SAGA_LEASE_MS: '300',
    });
    const begun = await blocked(async () => {
      const asked = new OrderServiceClient(doomed.url)
        .post(`/v1/orders/${order.id}/transfer`, { customerId: taker }, { 'idempotency-key': 'killed' })
        .catch(() => undefined);
      await eventually(async () => {
        const { rowCount } = await shards[0]!.query(
          'select from orders where id = $1 and transferring_by is not null',
          [order.id],
        );
        return rowCount === 1;
      });
      expect((await client.order(order.id)).body).toEqual(order);
      expect(await transfer(order.id, taker, 'meanwhile')).toMatchObject({
        status: 409,
        body: { code: 'order-being-transferred' },
      });
      await doomed.end('SIGKILL');
      return asked;
    });
    expect(begun).toBeUndefined();
    const { body } = await eventually(async () => {
      const answer = await transfer(order.id, taker, 'killed');
      return answer.status === 201 && answer;
    });
    expect((await client.order(order.id)).body).toMatchObject({
      status: 'transferred',
      transferredTo: body.id,
    });
    expect(await ordersOf(taker)).toEqual([body]);
  });

  /** Runs the work while all writes of orders on the shard of the taker are blocked. */
  async function blocked<T>(work: () => Promise<T>): Promise<T> {
    await shards[1]!.query('begin; lock table order_lines in exclusive mode');
    try {
      return await work();
    } finally {
      await shards[1]!.query('rollback');
    }
  }
});
