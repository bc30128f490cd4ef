import { randomUUID } from 'node:crypto';
import { slotOf } from '@groundwork/sharding';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { Ids } from '../make-ids/ids.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { OrderWriter } from './order-writer.ts';

describe('a row that another transaction locks', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let other: Client;
  let customers: string[];

  beforeAll(async () => {
    database = await createShardDatabase();
    service = await startOrderService({ shardUrls: [database.url] });
    client = new OrderServiceClient(service.url);
    other = new Client({ connectionString: database.url });
    await other.connect();
    const created = await Promise.all(Array.from({ length: 32 }, () => client.createCustomer()));
    customers = created.map(({ body }) => body.id);
  });

  afterEach(() => other.query('rollback'));

  afterAll(async () => {
    await other.end();
    await service.stop();
    await database.drop();
  });

  const claimKey = async (customer: string, key: string) => {
    await other.query('begin');
    await other.query(
      `insert into idempotency_keys (customer_id, key, request_hash, order_id) values ($1, $2, '\\x00', 1)`,
      [customer, key],
    );
  };
  const lockCustomer = async (customer: string) => {
    await other.query('begin');
    await other.query('select from customers where id = $1 for update', [customer]);
  };

  it.each([
    ['an idempotency key', claimKey],
    ['a customer', lockCustomer],
  ])('delays only its own order of the batch: %s', async (_what, lock) => {
    const [first, ...others] = customers as [string, ...string[]];
    const key = randomUUID();
    await lock(first, key);
    let isThrough = false;
    const locked = client.placeOrder(first, undefined, { key }).finally(() => {
      isThrough = true;
    });
    const answers = await Promise.all(others.map((customer) => client.placeOrder(customer)));
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([201]);
    expect(isThrough).toBe(false);
    await other.query('rollback');
    expect((await locked).status).toBe(201);
  });

  it('causes `transaction-conflict`, not `shard-unavailable`, when its order times out', async () => {
    const [customer] = customers as [string];
    await lockCustomer(customer);
    const route = service.get<Shards>(SHARDS).route(slotOf(customer));
    const written = service.get<OrderWriter>(OrderWriter).write({
      route,
      orderId: await service.get<Ids>(Ids).next(route),
      key: randomUUID(),
      hash: Buffer.alloc(32),
      traceparent: undefined,
      request: { customerId: customer, lines: [{ sku: 'GW-0001', quantity: 1 }], paymentMethod: 'test_ok' },
      untilMs: performance.now() + 300,
    });
    await expect(written).rejects.toMatchObject({
      status: 503,
      code: 'transaction-conflict',
      retryable: true,
    });
  });
});
