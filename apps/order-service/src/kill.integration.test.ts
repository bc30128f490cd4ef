import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../test/order-service-client.ts';
import { spawnTypescript } from '../test/spawn-typescript.ts';
import { createDirectory } from '../test/create-directory.ts';
import { createShardDatabase, shardsOf } from '../test/start-order-service.ts';

describe('an instance that is killed', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let directory: Awaited<ReturnType<typeof createDirectory>>;
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    database = await createShardDatabase();
    directory = await createDirectory(shardsOf([database.url]));
  });

  afterAll(async () => {
    // Only those that a failed test left running.
    for (const process of started) process.kill('SIGKILL');
    await directory.drop();
    await database.drop();
  });

  /** Resolves with the URL that the process says it listens on. */
  async function start(): Promise<{ url: string; process: ChildProcess }> {
    const process = spawnTypescript('src/main.ts', {
      environment: {
        DIRECTORY_URL: directory.url,
        SHARD_URLS: `shard-1=${database.url}`,
        LISTEN_ADDRESS: '127.0.0.1:0',
        KAFKA_BROKERS: '127.0.0.1:1',
      },
    });
    started.push(process);
    for await (const line of createInterface({ input: process.stdout! })) {
      const { msg, url } = JSON.parse(line) as { msg: string; url?: string };
      if (msg === 'listening' && url !== undefined) {
        process.stdout!.resume();
        return { url, process };
      }
    }
    throw new Error('the process ended before it listened');
  }

  async function end(process: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    const exit = once(process, 'exit');
    process.kill(signal);
    return ((await exit) as [number | null])[0];
  }

  it('leaves every order it has answered, none by halves, and a repeated request finds it', async () => {
    const { url, process } = await start();
    const client = new OrderServiceClient(url);
    const customerId = (await client.createCustomer()).body.id;
    const accepted = new Map<string, string>();
    const keys = Array.from({ length: 400 }, (_, n) => `key-${n}`);
    let killed: Promise<unknown> | undefined;
    await Promise.allSettled(
      keys.map(async (key) => {
        accepted.set(key, (await client.placeOrder(customerId, undefined, { key })).body.id);
        if (accepted.size === 50) killed = end(process, 'SIGKILL');
      }),
    );
    await killed;
    expect(accepted.size).toBeGreaterThanOrEqual(50);
    expect(accepted.size).toBeLessThan(keys.length);

    const next = await start();
    const repeated = new OrderServiceClient(next.url);
    for (const [key, id] of accepted) {
      const { headers, body } = await repeated.placeOrder(customerId, undefined, { key });
      expect([body.id, headers.get('idempotency-replayed')]).toEqual([id, 'true']);
    }
    await Promise.all(keys.map((key) => repeated.placeOrder(customerId, undefined, { key })));
    expect(await storedRows()).toEqual({ orders: 400, order_lines: 400, idempotency_keys: 400, outbox: 400 });
    expect(await end(next.process, 'SIGTERM')).toBe(0);
  }, 60_000);

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
