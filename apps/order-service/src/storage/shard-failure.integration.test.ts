import { randomUUID } from 'node:crypto';
import { slotOf, VSchemaRouter } from '@groundwork/sharding';
import { eventually, startTestPostgres, startPartitionableProxy } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { startLateCancelProxy } from '../../test/late-cancel-proxy.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import { migrate, type RunningOrderService, startOrderService } from '../../test/start-order-service.ts';
import { vschemaFile } from '../routing/vschema-file.ts';
import { shardDataSource } from './shard-data-source.ts';
import { Shard } from './shard.ts';

const router = new VSchemaRouter(vschemaFile.parse(undefined));
const QUICKLY_MS = 4_000;

describe('a shard that fails', () => {
  let shards: Awaited<ReturnType<typeof startTestPostgres>>[];
  let service: RunningOrderService;
  let client: OrderServiceClient;
  /** A customer of each shard. */
  let customers: [string, string];

  beforeAll(async () => {
    shards = await Promise.all([startTestPostgres(), startTestPostgres()]);
    for (const { url } of shards) await migrate(url);
    service = await start();
    client = new OrderServiceClient(service.url);
    customers = [await customerWhere((slot) => slot < 2048), await customerWhere((slot) => slot >= 2048)];
  });

  afterAll(async () => {
    await service.stop();
    for (const shard of shards) await shard.stop();
  });

  const start = () => startOrderService({ shardUrls: shards.map(({ url }) => url) });

  async function customerWhere(isWanted: (slot: number) => boolean): Promise<string> {
    return eventually(async () => {
      const { id } = (await client.createCustomer()).body;
      return isWanted(slotOf(id)) ? id : undefined;
    }) as Promise<string>;
  }

  /** Returns whether all processes of a killed server are gone: each lives on for a moment and still answers. */
  async function isLost(customerId: string): Promise<boolean> {
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.customer(customerId)));
    return answers.every(({ status }) => status === 503);
  }

  async function isSleeping(): Promise<boolean> {
    const onlooker = new Client({ connectionString: shards[0]!.url });
    await onlooker.connect();
    const { rowCount } = await onlooker.query(
      "select from pg_stat_activity where wait_event = 'PgSleep' and state = 'active'",
    );
    await onlooker.end();
    return rowCount === 1;
  }

  async function expectUnavailable(customerId: string): Promise<void> {
    const startedAt = performance.now();
    const answers = [
      await client.placeOrder(customerId),
      await client.customer(customerId),
      await client.orders(customerId),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'shard-unavailable', retryable: true } });
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(performance.now() - startedAt).toBeLessThan(QUICKLY_MS * answers.length);
  }

  async function expectServed(customerId: string): Promise<true> {
    const { status, body } = await client.placeOrder(customerId);
    expect(status).toBe(201);
    expect((await client.order(body.id)).status).toBe(200);
    return true;
  }

  async function readiness(url = service.url): Promise<{ status: number; health: string }> {
    const response = await fetch(`${url}/health/ready`);
    return { status: response.status, health: ((await response.json()) as { status: string }).status };
  }

  it('affects only its own customers when it is killed, and serves them when it is back', async () => {
    await Promise.all(customers.map(expectServed));
    await shards[1]!.kill();
    await eventually(() => isLost(customers[1]));
    await expectUnavailable(customers[1]);
    await expectServed(customers[0]);
    expect(await readiness()).toEqual({ status: 200, health: 'degraded' });
    await shards[1]!.restart();
    await eventually(() => expectServed(customers[1]));
    expect(await readiness()).toEqual({ status: 200, health: 'ok' });
  });

  it('affects only its own customers when it stops answering, also on existing connections', async () => {
    const network = await startPartitionableProxy(shards[1]!.url);
    const behind = await startOrderService({ shardUrls: [shards[0]!.url, network.url] });
    client = new OrderServiceClient(behind.url);
    try {
      await Promise.all(customers.map(expectServed));
      network.partition();
      await expectUnavailable(customers[1]);
      await expectServed(customers[0]);
      expect(await readiness(behind.url)).toEqual({ status: 200, health: 'degraded' });
      network.heal();
      await eventually(() => expectServed(customers[1]));
    } finally {
      client = new OrderServiceClient(service.url);
      network.heal();
      await behind.stop();
      await network.stop();
    }
  });

  it('is reached over a new connection after a connection stopped answering', async () => {
    const network = await startPartitionableProxy(shards[0]!.url);
    const options = { url: network.url, poolSize: 1, connectTimeoutMs: 1_000, statementTimeoutMs: 500 };
    const shard = new Shard('shard-1', () => shardDataSource(options));
    try {
      await shard.ping();
      network.strand();
      await expect(shard.ping()).rejects.toMatchObject({ code: 'shard-unavailable' });
      await shard.ping();
      network.strand();
      await expect(shard.transaction((manager) => manager.query('select 1'))).rejects.toMatchObject({
        code: 'shard-unavailable',
      });
      await shard.ping();
    } finally {
      await network.stop();
      await shard.close();
    }
  });

  it('may process a cancellation late without cancelling a later statement', async () => {
    const network = await startLateCancelProxy(shards[0]!.url);
    const options = { url: network.url, poolSize: 1, connectTimeoutMs: 1_000, statementTimeoutMs: 500 };
    const shard = new Shard('shard-1', () => shardDataSource(options));
    const client = new AbortController();
    try {
      const given = shard.run(({ manager }) => manager.query('select pg_sleep(60)'), client.signal);
      given.catch(() => undefined);
      await eventually(async () => isSleeping());
      client.abort(new Error('the client has left'));
      await eventually(() => network.kept > 0);
      await expect(given).rejects.toThrow('the client has left');
      const next = shard.run(({ manager }) => manager.query("select pg_sleep(0.3), 'alive' as next"));
      await eventually(async () => isSleeping());
      await network.deliver();
      expect(await next).toMatchObject([{ next: 'alive' }]);
    } finally {
      await shard.close();
      await network.stop();
    }
  });

  it('blocks sign-ups with an e-mail of its slots while it is down, and accepts them when it is back', async () => {
    await shards[0]!.kill();
    await eventually(() => isLost(customers[0]));
    const emails = Array.from({ length: 12 }, () => `${randomUUID()}@example.com`);
    const isIts = (email: string) => router.slotOf('customer_emails', { email }) < 2048;
    const signUp = (email: string) => client.createCustomer({ email, region: 'ap' });
    for (const email of emails) {
      const { status, body } = await signUp(email);
      expect([email, status]).toEqual([email, isIts(email) ? 503 : 201]);
      if (!isIts(email)) continue;
      expect(body).toMatchObject({ code: 'shard-unavailable', retryable: true });
      expect(body.detail).toContain('shard-1');
    }
    await shards[0]!.restart();
    await eventually(() => expectServed(customers[0]));
    for (const email of emails) expect((await signUp(email)).status).toBe(isIts(email) ? 201 : 409);
  });

  it('blocks sign-ups in a region of its slots', async () => {
    await shards[0]!.kill();
    await eventually(() => isLost(customers[0]));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.createCustomer({ region: 'eu' })),
    );
    for (const { status, body } of answers) {
      expect([status, body.code]).toEqual([503, 'shard-unavailable']);
      expect(body.detail).toContain('shard-1');
    }
    await shards[0]!.restart();
    await eventually(() => expectServed(customers[0]));
  });

  it('does not prevent the start of a service', async () => {
    await shards[1]!.kill();
    const started = await start();
    try {
      const other = new OrderServiceClient(started.url);
      expect((await other.placeOrder(customers[0])).status).toBe(201);
      expect((await other.placeOrder(customers[1])).status).toBe(503);
      await shards[1]!.restart();
      await eventually(async () => (await other.placeOrder(customers[1])).status === 201);
    } finally {
      await started.stop();
    }
  });

  it('makes the service report not ready when no other shard is left', async () => {
    await Promise.all(shards.map((shard) => shard.kill()));
    await eventually(async () => (await isLost(customers[0])) && isLost(customers[1]));
    expect(await readiness()).toEqual({ status: 503, health: 'unavailable' });
    expect((await client.createCustomer()).body.code).toBe('shard-unavailable');
    await Promise.all(shards.map((shard) => shard.restart()));
    await eventually(async () => (await readiness()).health === 'ok');
    await Promise.all(customers.map((customer) => eventually(() => expectServed(customer))));
  });
});
