import { migrateDatabase } from '@groundwork/messaging';
import { type TenantPin } from '@groundwork/contracts';
import { slotOf } from '@groundwork/sharding';
import { startTestPostgres } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { directoryDataSource } from '../storage/directory/directory-data-source.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import { writeDirectory } from '../../test/create-directory.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';

describe('a tenant', () => {
  let databases: Awaited<ReturnType<typeof createShardDatabase>>[];
  let directory: Awaited<ReturnType<typeof startTestPostgres>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;

  beforeAll(async () => {
    databases = await Promise.all([createShardDatabase(), createShardDatabase()]);
    const shardUrls = databases.map(({ url }) => url);
    directory = await startTestPostgres();
    await migrateDatabase(directoryDataSource(directory.url));
    await writeDirectory(directory.url, shardsOf(shardUrls));
    service = await startOrderService({ shardUrls, directoryUrl: directory.url });
    client = new OrderServiceClient(service.url);
  });

  afterAll(async () => {
    await service.stop();
    for (const database of databases) await database.drop();
    await directory.stop();
  });

  const pin = (tenant: string, body: object) => client.put<TenantPin>(`/v1/admin/tenants/${tenant}`, body);
  const pinned = (tenant: string) => client.get<TenantPin>(`/v1/admin/tenants/${tenant}`);

  it('has its customers in the pinned slot, independent of their e-mails', async () => {
    const { status, body } = await pin('acme', { slot: 4000 });
    expect([status, body]).toEqual([
      200,
      { tenant: 'acme', slot: 4000, used: false, pinnedAt: expect.any(String) },
    ]);
    for (let n = 0; n < 8; n++) {
      const created = await client.createCustomer({ tenant: 'acme' });
      expect(created.body).toMatchObject({ tenant: 'acme' });
      expect(slotOf(created.body.id)).toBe(4000);
      expect((await client.customer(created.body.id)).body).toEqual(created.body);
      expect((await client.get(`/v1/customers?email=${created.body.email}`)).body).toMatchObject({
        items: [created.body],
      });
    }
    expect((await pinned('acme')).body).toEqual({ ...body, used: true });
  });

  it('can be pinned to another slot until its first customer signs up, and to the same slot at any time', async () => {
    await pin('young', { slot: 1 });
    expect((await pin('young', { slot: 2 })).body.slot).toBe(2);
    expect(slotOf((await client.createCustomer({ tenant: 'young' })).body.id)).toBe(2);
    expect(await pin('young', { slot: 3 })).toMatchObject({ status: 409, body: { code: 'tenant-in-use' } });
    expect(await pin('young', { slot: 2 })).toMatchObject({ status: 200, body: { slot: 2, used: true } });
    expect((await pinned('young')).body.slot).toBe(2);
  });

  it('has all its customers in one slot, even when sign-ups and pins race', async () => {
    await pin('racing', { slot: 100 });
    const [customers] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, () => client.createCustomer({ tenant: 'racing' }))),
      Promise.all(Array.from({ length: 20 }, (_, n) => pin('racing', { slot: 100 + n }))),
    ]);
    expect(new Set(customers.map(({ body }) => slotOf(body.id)))).toEqual(
      new Set([(await pinned('racing')).body.slot]),
    );
  });

  it('without a pin cannot have customers', async () => {
    expect(await client.createCustomer({ tenant: 'unknown' })).toMatchObject({
      status: 422,
      body: { code: 'unknown-tenant', errors: [{ pointer: '/tenant' }] },
    });
    expect((await pinned('unknown')).status).toBe(404);
  });

  it.each([
    ['acme', { slot: 4096 }, '/slot'],
    ['acme', { slot: -1 }, '/slot'],
    ['acme', { slot: 1.5 }, '/slot'],
    ['acme', {}, '/slot'],
    ['acme', { slot: 1, shard: 'shard-1' }, '/shard'],
    ['Acme', { slot: 1 }, '/path'],
    ['a%20b', { slot: 1 }, '/path'],
  ])('cannot be pinned with an invalid request: %s, %j', async (tenant, body, pointer) => {
    expect(await pin(tenant, body)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer }] },
    });
  });

  it('gets 503 while the directory is down; customers without a tenant can sign up', async () => {
    await directory.kill();
    expect(await client.createCustomer({ tenant: 'acme' })).toMatchObject({
      status: 503,
      body: { code: 'directory-unavailable', retryable: true },
    });
    expect(await pin('acme', { slot: 1 })).toMatchObject({
      status: 503,
      body: { code: 'directory-unavailable' },
    });
    expect((await client.createCustomer()).status).toBe(201);
    await directory.restart();
  });
});
