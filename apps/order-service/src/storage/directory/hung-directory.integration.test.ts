import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PartitionableProxy, startPartitionableProxy } from '@groundwork/testing';
import { createDirectory } from '../../../test/create-directory.ts';
import { OrderServiceClient } from '../../../test/order-service-client.ts';

import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../../test/start-order-service.ts';

describe('while the directory hangs', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let directory: Awaited<ReturnType<typeof createDirectory>>;
  let network: PartitionableProxy;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let customer: string;

  beforeAll(async () => {
    database = await createShardDatabase();
    directory = await createDirectory(shardsOf([database.url]));
    network = await startPartitionableProxy(directory.url);
    service = await startOrderService({ shardUrls: [database.url], directoryUrl: network.url });
    client = new OrderServiceClient(service.url);
    customer = (await client.createCustomer()).body.id;
    // Opens connections first: existing connections hang in another way than new ones.
    await client.get('/v1/admin/shards');
    network.partition();
  });

  afterAll(async () => {
    network.heal();
    await service.stop();
    await network.stop();
    await directory.drop();
    await database.drop();
  });

  const price = { price: { amount: 1_000, currency: 'EUR' } };
  const move = { moves: [{ to: 'shard-1', slots: '1' }] };
  const id = '1';

  it.each<[string, string, object | undefined]>([
    ['PUT', '/v1/admin/catalogue/GW-0001', price],
    ['GET', '/v1/admin/tenants/acme', undefined],
    ['PUT', '/v1/admin/tenants/acme', { slot: 1 }],
    ['POST', '/v1/customers', { email: 'b@example.com', name: 'B', region: 'eu', tenant: 'acme' }],
    ['GET', '/v1/admin/shards', undefined],
    ['POST', '/v1/admin/shards', { name: 'shard-1' }],
    ['POST', '/v1/admin/shard-plans', {}],
    ['GET', '/v1/admin/shard-moves', undefined],
    ['POST', '/v1/admin/shard-moves', move],
    ['GET', `/v1/admin/shard-moves/${id}`, undefined],
    ['POST', `/v1/admin/shard-moves/${id}/switch`, {}],
    ['POST', `/v1/admin/shard-moves/${id}/verify`, {}],
    ['POST', `/v1/admin/shard-moves/${id}/reverse`, {}],
    ['POST', `/v1/admin/shard-moves/${id}/drop`, {}],
  ])('%s %s gets a retryable 503', async (method, path, body) => {
    const response = await fetch(service.url + path, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const problem = (await response.json()) as { code: string; retryable: boolean };
    expect([response.status, problem]).toEqual([503, expect.objectContaining({ retryable: true })]);
    expect(response.headers.get('retry-after')).toBe('1');
  });

  it('customers and orders are served', async () => {
    expect((await client.placeOrder(customer)).status).toBe(201);
    expect((await client.createCustomer()).status).toBe(201);
    expect((await client.get('/v1/catalogue/GW-0001')).status).toBe(404);
    expect((await client.get('/v1/orders/summary')).status).toBe(200);
  });
});
