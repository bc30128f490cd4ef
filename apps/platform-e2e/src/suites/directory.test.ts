import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Customer, Order } from '@groundwork/contracts';
import { inParallel } from '@groundwork/load';
import { eventually } from '@groundwork/testing';
import { type Platform, underTest } from '../platform.ts';

describe('while the slot directory is down', () => {
  let platform: Platform;
  let customers: readonly Customer[];

  beforeAll(async () => {
    platform = underTest();
    customers = await inParallel(Array.from({ length: 12 }), 4, () => platform.shop.newCustomer());
    await platform.topology.stop('postgres-directory');
  });

  afterAll(async () => {
    await platform.topology.start('postgres-directory');
    await platform.topology.waitHealthy('postgres-directory');
    await platform.close();
  });

  const orderFor = async ({ id }: Customer) => {
    const lines = [{ sku: 'GW-0033', quantity: 1 }];
    return (await platform.shop.place({ customerId: id, lines, paymentMethod: 'test_ok' })).as(201, Order);
  };

  it('customers of every shard can order and read with the known map', async () => {
    await inParallel(customers, 4, async (customer) => {
      const { id } = await orderFor(customer);
      expect((await platform.shop.settled(id)).status).toBe('confirmed');
      expect((await platform.shop.page(customer.id, 5)).items.map((order) => order.id)).toEqual([id]);
    });
  });

  it('a service that starts waits for the directory, and serves with the same map when it is back', async () => {
    const { topology } = platform;
    await topology.kill('order-service', 2);
    await topology.start('order-service');
    await topology.start('postgres-directory');
    await topology.waitHealthy('order-service');
    for (const customer of customers) {
      const placed = await eventually(() => orderFor(customer));
      expect((await platform.shop.page(customer.id, 5)).items.map(({ id }) => id)).toContain(placed.id);
    }
  });
});
