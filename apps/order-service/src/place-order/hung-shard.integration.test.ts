import { randomUUID } from 'node:crypto';
import { eventually, type PartitionableProxy, startPartitionableProxy } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';

describe('a shard that hangs while orders arrive', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let network: PartitionableProxy;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let sql: Client;
  let customers: string[];

  beforeAll(async () => {
    database = await createShardDatabase();
    sql = new Client({ connectionString: database.url });
    await sql.connect();
    network = await startPartitionableProxy(database.url);
    const environment = { SHARD_CONNECT_TIMEOUT_MS: '500', SHARD_STATEMENT_TIMEOUT_MS: '500' };
    service = await startOrderService({ shardUrls: [network.url], environment });
    client = new OrderServiceClient(service.url);
    const created = await Promise.all(Array.from({ length: 10 }, () => client.createCustomer()));
    customers = created.map(({ body }) => body.id);
  });

  afterAll(async () => {
    await service.stop();
    await network.stop();
    await sql.end();
    await database.drop();
  });

  const placeOrders = (keys: readonly string[]) =>
    Promise.all(keys.map((key, n) => client.placeOrder(customers[n % 10]!, undefined, { key })));
  const keys = (count: number) => Array.from({ length: count }, () => randomUUID());
  /** Waits until the server has executed everything that reached it. An unused connection stays in the pool. */
  const untilNothingRuns = () =>
    eventually(async () => {
      const { rowCount } = await sql.query(
        `select from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
      );
      return rowCount === 0;
    });
  const stored = async (wanted: readonly string[]) => {
    const { rowCount } = await sql.query('select from idempotency_keys where key = any($1)', [wanted]);
    return rowCount;
  };

  it('writes no order after its client got an answer or disconnected', async () => {
    expect((await placeOrders(keys(20))).map(({ status }) => status)).not.toContain(503);
    network.partition();
    const [answered, abandoned] = [keys(200), keys(200)];
    const leaving = new AbortController();
    const left = abandoned.map((key, n) =>
      fetch(`${service.url}/v1/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({
          customerId: customers[n % 10],
          lines: [{ sku: 'GW-0001', quantity: 1 }],
          paymentMethod: 'test_ok',
        }),
        signal: leaving.signal,
      }).catch(() => undefined),
    );
    const answers = await placeOrders(answered);
    leaving.abort();
    await Promise.all(left);
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([503]);
    for (const { body } of answers) {
      expect(['shard-unavailable', 'shard-overloaded', 'unavailable']).toContain(body.code);
    }
    network.heal();
    // The proxy forwards the data that it held back before it forwards a later order.
    await eventually(async () => (await placeOrders(keys(1)))[0]!.status === 201);
    await untilNothingRuns();
    expect(await stored([...answered, ...abandoned])).toBe(0);
  });

  it('returns an order whose answer was lost to the request that repeats its key', async () => {
    const [key] = keys(1) as [string];
    network.loseAnswers();
    const [lost] = await placeOrders([key]);
    expect([lost!.status, lost!.body.code]).toEqual([503, 'shard-unavailable']);
    expect(await stored([key])).toBe(1);
    network.heal();
    const again = await eventually(async () => {
      const [answer] = await placeOrders([key]);
      return answer!.status === 201 ? answer : undefined;
    });
    expect(again!.headers.get('idempotency-replayed')).toBe('true');
    expect(await stored([key])).toBe(1);
  });

  it('loses no order when only our copy of its clock is wrong', async () => {
    for (const shard of service.get<Shards>(SHARDS).all) shard.clock.set(Date.now() - 3_600_000);
    expect((await placeOrders(keys(5))).map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
  });
});
