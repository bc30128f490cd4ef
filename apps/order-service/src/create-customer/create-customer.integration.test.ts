import { slotOf, VSchemaRouter } from '@groundwork/sharding';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { vschemaFile } from '../routing/vschema-file.ts';

const router = new VSchemaRouter(vschemaFile.parse(undefined));

describe('customers', () => {
  let databases: Awaited<ReturnType<typeof createShardDatabase>>[];
  let service: RunningOrderService;
  let client: OrderServiceClient;

  beforeAll(async () => {
    databases = await Promise.all([createShardDatabase(), createShardDatabase()]);
    service = await startOrderService({ shardUrls: databases.map(({ url }) => url) });
    client = new OrderServiceClient(service.url);
  });

  afterAll(async () => {
    await service.stop();
    for (const database of databases) await database.drop();
  });

  it('are created and found again', async () => {
    const { status, headers, body } = await client.createCustomer({
      email: 'grace@example.com',
      name: '  Grace Hopper ',
      region: 'us',
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/customers/${body.id}`);
    expect(body).toEqual({
      id: expect.stringMatching(/^\d+$/),
      email: 'grace@example.com',
      name: 'Grace Hopper',
      region: 'us',
      createdAt: expect.any(String),
    });
    expect(Math.abs(Date.parse(body.createdAt) - Date.now())).toBeLessThan(60_000);
    expect((await client.customer(body.id)).body).toEqual(body);
  });

  it('are rejected immediately when no shard with slots is reachable, even if a shard without slots is', async () => {
    const nobody = 'postgres://groundwork:groundwork@127.0.0.1:1/orders';
    const stranded = await startOrderService({
      shardUrls: [nobody, databases[0]!.url],
      slotMap: '0-4095=shard-1',
    });
    try {
      const { status, body } = await new OrderServiceClient(stranded.url).createCustomer();
      expect([status, body.code]).toEqual([503, 'shard-unavailable']);
      expect((await fetch(`${stranded.url}/health/ready`)).status).toBe(503);
    } finally {
      await stranded.stop();
    }
  });

  it('are stored on the shard of their slot, with their orders', async () => {
    const created = await Promise.all(Array.from({ length: 24 }, () => client.createCustomer()));
    const customers = created.map(({ body }) => body.id);
    for (const id of customers) expect((await client.placeOrder(id)).status).toBe(201);
    const rows = await Promise.all(
      databases.map(async ({ url }) => {
        const sql = new Client({ connectionString: url });
        await sql.connect();
        const { rows } = await sql.query<{ customer_id: string }>('select customer_id from orders');
        await sql.end();
        return rows.map((row) => row.customer_id).sort();
      }),
    );
    expect(rows[0]).toEqual(customers.filter((id) => slotOf(id) < 2048).sort());
    expect(rows[1]).toEqual(customers.filter((id) => slotOf(id) >= 2048).sort());
    for (const { body } of created)
      expect(router.slotOf('customer_emails', body as never)).toBe(slotOf(body.id));
    // The probability that all 24 slots fall into one half is 1 in 8 million.
    expect(rows.map(({ length }) => length)).not.toContain(0);
  });

  it.each([
    ['/v1/customers/', 'abc'],
    ['/v1/customers/', '-1'],
    ['/v1/customers/', '9223372036854775808'],
    ['/v1/customers/', '99999999999999999999999'],
    ['/v1/customers/', '1.5'],
    ['/v1/orders/', '0x10'],
    ['/v1/orders/', '9223372036854775808'],
  ])('are rejected with `invalid-id` at %s%s', async (path, id) => {
    expect(await client.get(path + id)).toMatchObject({ status: 400, body: { code: 'invalid-id' } });
  });

  it.each(['/v1/customers/1', '/v1/orders/9223372036854775807'])('are not found at %s', async (path) => {
    expect(await client.get(path)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it.each([
    ['an invalid e-mail', { email: 'nobody' }, '/email'],
    ['an empty name', { name: ' ' }, '/name'],
    ['a name with a control character', { name: 'A\u0000da' }, '/name'],
    ['an unknown region', { region: 'mars' }, '/region'],
    ['an unknown field', { admin: true }, '/admin'],
    ['an invalid tenant', { tenant: 'Acme Inc.' }, '/tenant'],
  ])('are rejected with %s', async (_what, fault, pointer) => {
    expect(await client.createCustomer(fault)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer }] },
    });
  });
});
