import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Order, Product, type PlaceOrder } from '@groundwork/contracts';
import { eventually } from '@groundwork/testing';
import { inParallel } from '@groundwork/load';
import { type Platform, underTest } from '../platform.ts';

const REDIS = ['redis-cache', 'redis-state'] as const;

describe('while Redis is down', () => {
  let platform: Platform;
  let order: PlaceOrder;

  beforeAll(async () => {
    platform = underTest();
    const { id } = await platform.shop.newCustomer();
    order = { customerId: id, lines: [{ sku: 'GW-0031', quantity: 1 }], paymentMethod: 'test_ok' };
  });

  afterEach(async () => {
    for (const service of REDIS) await platform.topology.start(service);
    for (const service of REDIS) await platform.topology.waitHealthy(service);
  });

  afterAll(() => platform.close());

  it('orders are placed and confirmed and products are shown, also after Redis is back', async () => {
    const { shop, topology } = platform;
    for (const service of REDIS) await topology.stop(service);

    const answers = await inParallel(Array.from({ length: 20 }), 4, () => shop.place(order));
    const placed = answers.map((answer) => answer.as(201, Order));
    for (const { id } of placed) expect((await shop.settled(id)).status).toBe('confirmed');
    const shown = await inParallel(Array.from({ length: 20 }), 4, (_, index) =>
      shop.request(`/v1/products/GW-00${40 + index}`),
    );
    for (const answer of shown) answer.as(200, Product);

    for (const service of REDIS) await topology.start(service);
    for (const service of REDIS) await topology.waitHealthy(service);
    for (const service of ['api-gateway', 'cache-service'] as const) await topology.waitHealthy(service);
    const { id } = (await shop.place(order)).as(201, Order);
    expect((await shop.settled(id)).status).toBe('confirmed');
    await eventually(async () =>
      (await shop.request('/v1/products/GW-0001')).headers.get('cache-status')?.includes('hit'),
    );
  });
});
