import { eventually } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../test/order-service-client.ts';
import { type SpawnedOrderService, spawnOrderService } from '../test/spawn-order-service.ts';
import { createDirectory } from '../test/create-directory.ts';
import { createShardDatabase, shardsOf } from '../test/start-order-service.ts';

describe('an instance that is killed', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let directory: Awaited<ReturnType<typeof createDirectory>>;
  const started: SpawnedOrderService[] = [];

  beforeAll(async () => {
    database = await createShardDatabase();
    directory = await createDirectory(shardsOf([database.url]));
  });

  afterAll(async () => {
    // Ends only the instances that a failed test left running.
    for (const service of started) await service.end('SIGKILL');
    await directory.drop();
    await database.drop();
  });

  async function start(): Promise<SpawnedOrderService> {
    const service = await spawnOrderService(directory.url, shardsOf([database.url]));
    started.push(service);
    return service;
  }

  it('keeps every order that it has answered, leaves no partial order, and replays it to a repeated request', async () => {
    const service = await start();
    const client = new OrderServiceClient(service.url);
    const customerId = (await client.createCustomer()).body.id;
    const accepted = new Map<string, string>();
    const keys: string[] = [];
    let killed: Promise<unknown> | undefined;
    /** Each lane ends with the request that the kill interrupts. */
    const placeUntilKilled = async () => {
      for (;;) {
        const key = `key-${keys.length}`;
        keys.push(key);
        const { status, body } = await client.placeOrder(customerId, undefined, { key });
        if (status === 201) accepted.set(key, body.id);
        if (accepted.size >= 50) killed ??= service.end('SIGKILL');
      }
    };
    await Promise.allSettled(Array.from({ length: 100 }, placeUntilKilled));
    await killed;
    expect(accepted.size).toBeGreaterThanOrEqual(50);
    expect(accepted.size).toBeLessThan(keys.length);

    const next = await start();
    const repeated = new OrderServiceClient(next.url);
    for (const [key, id] of accepted) {
      const { headers, body } = await repeated.placeOrder(customerId, undefined, { key });
      expect([body.id, headers.get('idempotency-replayed')]).toEqual([id, 'true']);
    }
    // The queue of a shard is bounded: the client repeats a rejected order until it is accepted.
    const isPlaced = async (key: string) =>
      (await repeated.placeOrder(customerId, undefined, { key })).status === 201;
    await Promise.all(keys.map((key) => eventually(() => isPlaced(key), { every: 200 })));
    const rows = keys.length;
    expect(await storedRows()).toEqual({
      ...{ orders: rows, order_lines: rows, idempotency_keys: rows, outbox: rows },
    });
    expect(await next.end('SIGTERM')).toBe(0);
  });

  async function storedRows(): Promise<unknown> {
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    const tables = ['orders', 'order_lines', 'idempotency_keys', 'outbox'];
    const { rows } = await sql.query(
      `select ${tables.map((table) => `(select count(*)::int from ${table}) as ${table}`).join(', ')}`,
    );
    await sql.end();
    return rows[0];
  }
});
