import { randomUUID } from 'node:crypto';
import { OrderPlacedData, SEED_PRODUCTS } from '@groundwork/contracts';
import { slotOf } from '@groundwork/sharding';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type LineRequest, OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { PlaceOrderUseCase } from './place-order.ts';

const EVERYTHING = ['orders', 'order_lines', 'idempotency_keys', 'outbox'] as const;

describe('placing an order', () => {
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
    await sql.query(`truncate ${EVERYTHING.join(', ')}`);
    customerId = (await client.createCustomer()).body.id;
  });

  async function stored(): Promise<Record<string, number>> {
    const counts = EVERYTHING.map((table) => `(select count(*)::int from ${table}) as ${table}`);
    return (await sql.query<Record<string, number>>(`select ${counts.join(', ')}`)).rows[0]!;
  }

  const nothing = { orders: 0, order_lines: 0, idempotency_keys: 0, outbox: 0 };

  it('answers 201 with the order at the prices of the catalogue, with the lines in the requested order', async () => {
    const lines = [
      { sku: 'GW-0007', quantity: 3 },
      { sku: 'GW-0002', quantity: 1 },
    ];
    const { status, headers, body } = await client.placeOrder(customerId, lines);
    const price = (sku: string) => SEED_PRODUCTS.find((product) => product.sku === sku)!.price;
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/orders/${body.id}`);
    expect(headers.get('idempotency-replayed')).toBeNull();
    expect(body).toEqual({
      id: expect.stringMatching(/^\d+$/),
      customerId,
      status: 'pending',
      lines: lines.map((line) => ({ ...line, unitPrice: price(line.sku) })),
      total: { amount: price('GW-0007').amount * 3 + price('GW-0002').amount, currency: 'EUR' },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(slotOf(body.id)).toBe(slotOf(customerId));
    expect((await client.order(body.id)).body).toEqual(body);
  });

  it('stores an event that matches the contract together with the order', async () => {
    const { body } = await client.placeOrder(customerId);
    const { rows } = await sql.query<{
      data: unknown;
      slot: number;
      topic: string;
      key: string;
      type: string;
      traceparent: string;
    }>('select * from outbox');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      key: body.id,
      slot: slotOf(body.id),
      topic: 'orders.events',
      type: 'com.groundwork.order.placed.v1',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-/),
    });
    const { id, customerId: customer, lines, total, createdAt } = body;
    expect(OrderPlacedData.parse(rows[0]!.data)).toEqual({
      orderId: id,
      customerId: customer,
      lines,
      total,
      paymentMethod: 'test_ok',
      placedAt: createdAt,
    });
  });

  it('accepts an order of 100 lines with the largest quantity', async () => {
    const lines = SEED_PRODUCTS.slice(0, 100).map(({ sku }) => ({ sku, quantity: 1_000 }));
    const { status, body } = await client.placeOrder(customerId, lines);
    expect(status).toBe(201);
    expect(body.lines.map(({ sku }) => sku)).toEqual(lines.map(({ sku }) => sku));
    const total = SEED_PRODUCTS.slice(0, 100).reduce((sum, { price }) => sum + price.amount * 1_000, 0);
    expect(body.total.amount).toBe(total);
  });

  it('adds up 100 lines at the highest price exactly', async () => {
    await sql.query(
      `insert into products select 'DEAR-' || n, 'dear', 1000000000, 'EUR' from generate_series(1, 100) n on conflict do nothing`,
    );
    const lines = Array.from({ length: 100 }, (_, n) => ({ sku: `DEAR-${n + 1}`, quantity: 1_000 }));
    const { body } = await client.placeOrder(customerId, lines);
    expect(body.total).toEqual({ amount: 100_000_000_000_000, currency: 'EUR' });
    await expect(
      sql.query(`insert into products values ('DEARER', '', 1000000001, 'EUR')`),
    ).rejects.toThrow();
  });

  it('replays the first answer with an identical body, also after the status of the order has changed', async () => {
    const key = randomUUID();
    const first = await client.placeOrder(customerId, undefined, { key });
    await sql.query(
      `update orders set status = 'rejected', rejection_code = 'out-of-stock', rejection_detail = ''`,
    );
    const again = await client.placeOrder(customerId, undefined, { key });
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(`/v1/orders/${first.body.id}`);
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
    expect(await stored()).toEqual({ orders: 1, order_lines: 1, idempotency_keys: 1, outbox: 1 });
  });

  it('rejects a key with another body as reused, also when that body is invalid itself', async () => {
    const key = randomUUID();
    await client.placeOrder(customerId, undefined, { key });
    const others: [LineRequest[], object][] = [
      [[{ sku: 'GW-0001', quantity: 3 }], {}],
      [[{ sku: 'GW-0002', quantity: 2 }], {}],
      [[{ sku: 'GW-9999', quantity: 2 }], {}],
      [[{ sku: 'GW-0001', quantity: 2 }], { paymentMethod: 'test_slow' }],
    ];
    for (const [lines, more] of others) {
      const { status, body } = await client.placeOrder(customerId, lines, { key, ...more });
      expect([status, body.code]).toEqual([422, 'idempotency-key-reused']);
    }
    expect(await stored()).toMatchObject({ orders: 1, outbox: 1 });
  });

  it('lets two customers use the same key', async () => {
    const other = (await client.createCustomer()).body.id;
    const [one, two] = await Promise.all([
      client.placeOrder(customerId, undefined, { key: 'same' }),
      client.placeOrder(other, undefined, { key: 'same' }),
    ]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body.id).not.toBe(two.body.id);
  });

  it('places one order for 50 equal concurrent requests', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => client.placeOrder(customerId, undefined, { key })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await stored()).toEqual({ orders: 1, order_lines: 1, idempotency_keys: 1, outbox: 1 });
  });

  it('writes concurrent orders in one statement, in which each order succeeds or fails separately', async () => {
    const place = (lines: readonly LineRequest[], more: { key?: string; customerId?: string } = {}) =>
      service.get(PlaceOrderUseCase).place(more.key ?? randomUUID(), {
        customerId,
        lines: [...lines],
        paymentMethod: 'test_ok',
        ...more,
      });
    const one = [{ sku: 'GW-0001', quantity: 1 }];
    const two = [...one, { sku: 'GW-0002', quantity: 2 }];
    const outcomes = await Promise.allSettled([
      place(one, { key: 'twin' }),
      place([...one, { sku: 'GW-9999', quantity: 1 }]),
      place(two),
      place(one, { customerId: '4711' }),
      place(one, { key: 'twin' }),
      place(two, { key: 'twin' }),
    ]);
    expect(outcomes).toMatchObject([
      { value: { replayed: false, order: { lines: [{ sku: 'GW-0001' }] } } },
      { reason: { code: 'unknown-sku' } },
      { value: { replayed: false, order: { lines: [{ sku: 'GW-0001' }, { sku: 'GW-0002', quantity: 2 }] } } },
      { reason: { code: 'unknown-customer' } },
      { value: { replayed: true } },
      { reason: { code: 'idempotency-key-reused' } },
    ]);
    expect(await stored()).toEqual({ orders: 2, order_lines: 3, idempotency_keys: 2, outbox: 2 });
    const { rows } = await sql.query('select distinct xmin::text from orders');
    expect(rows).toHaveLength(1);
  });

  it('places the other orders when one order makes its statement fail', async () => {
    await sql.query(`alter table order_lines add constraint broken check (sku <> 'GW-0003') not valid`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        client.placeOrder(customerId, [{ sku: n === 7 ? 'GW-0003' : 'GW-0004', quantity: 1 }]),
      ),
    );
    await sql.query('alter table order_lines drop constraint broken');
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, n) => (n === 7 ? 500 : 201)));
    expect(await stored()).toMatchObject({ orders: 19, outbox: 19 });
  });

  it('places one order for each key when two instances receive the keys in opposite orders', async () => {
    const other = await startOrderService({ shardUrls: [database.url] });
    const place = (instance: RunningOrderService, key: string) =>
      instance.get(PlaceOrderUseCase).place(key, {
        customerId,
        lines: [{ sku: 'GW-0001', quantity: 1 }],
        paymentMethod: 'test_ok',
      });
    for (let round = 0; round < 8; round++) {
      const keys = Array.from({ length: 64 }, (_, n) => `${round}-${n}`);
      const outcomes = await Promise.all([
        ...keys.map((key) => place(service, key)),
        ...keys.toReversed().map((key) => place(other, key)),
      ]);
      expect(outcomes.filter(({ replayed }) => replayed)).toHaveLength(64);
    }
    await other.stop();
    expect(await stored()).toMatchObject({ orders: 512, idempotency_keys: 512, outbox: 512 });
  });

  it('stores nothing when a part of the order cannot be stored', async () => {
    for (const table of ['outbox', 'order_lines']) {
      await sql.query(`alter table ${table} add constraint broken check (false) not valid`);
      expect((await client.placeOrder(customerId)).status).toBe(500);
      await sql.query(`alter table ${table} drop constraint broken`);
      expect(await stored()).toEqual(nothing);
    }
  });

  it('names unknown products and an unknown customer, and stores nothing', async () => {
    const unknownSku = await client.placeOrder(customerId, [
      { sku: 'GW-0001', quantity: 1 },
      { sku: 'GW-9999', quantity: 1 },
      { sku: 'NOPE', quantity: 1 },
    ]);
    expect(unknownSku).toMatchObject({
      status: 422,
      body: { code: 'unknown-sku', errors: [{ pointer: '/lines/1/sku' }, { pointer: '/lines/2/sku' }] },
    });
    expect(unknownSku.body.detail).toContain('GW-9999, NOPE');
    expect(await client.placeOrder('4711')).toMatchObject({
      status: 422,
      body: { code: 'unknown-customer' },
    });
    expect(await stored()).toEqual(nothing);
  });

  it.each<[string, object, string]>([
    ['quantity 0', { lines: [{ sku: 'GW-0001', quantity: 0 }] }, '/lines/0/quantity'],
    ['quantity -1', { lines: [{ sku: 'GW-0001', quantity: -1 }] }, '/lines/0/quantity'],
    ['quantity 1.5', { lines: [{ sku: 'GW-0001', quantity: 1.5 }] }, '/lines/0/quantity'],
    ['quantity 1e9', { lines: [{ sku: 'GW-0001', quantity: 1e9 }] }, '/lines/0/quantity'],
    ['an unknown field', { colour: 'red' }, '/colour'],
    ['an unknown field of a line', { lines: [{ sku: 'GW-0001', quantity: 1, price: 0 }] }, '/lines/0/price'],
    ['no lines', { lines: [] }, '/lines'],
    [
      'a sku twice',
      {
        lines: [
          { sku: 'GW-0001', quantity: 1 },
          { sku: 'GW-0001', quantity: 1 },
        ],
      },
      '/lines',
    ],
    ['an id beyond 64 bits', { customerId: '18446744073709551616' }, '/customerId'],
    ['a number for an id', { customerId: 1 }, '/customerId'],
    ['an unknown payment method', { paymentMethod: 'cash' }, '/paymentMethod'],
  ])('points at %s', async (_what, fault, pointer) => {
    const lines = [{ sku: 'GW-0001', quantity: 1 }];
    const answer = await client.placeOrder(customerId, lines, { ...fault } as Record<string, unknown>);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ pointer }] } });
    expect(await stored()).toEqual(nothing);
  });

  it('requires a valid idempotency key', async () => {
    const body = { customerId, lines: [{ sku: 'GW-0001', quantity: 1 }], paymentMethod: 'test_ok' };
    expect(await client.post('/v1/orders', body)).toMatchObject({
      status: 400,
      body: { code: 'idempotency-key-missing' },
    });
    for (const key of ['', 'with space', 'x'.repeat(256)]) {
      const answer = await client.placeOrder(customerId, undefined, { key });
      expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency-key-invalid' } });
    }
  });
});
