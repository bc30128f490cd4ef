import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Order, type PaymentMethod, type PlaceOrder } from '@groundwork/contracts';
import { inParallel } from '@groundwork/load';
import { eventually } from '@groundwork/testing';
import { customersOfBothShards } from '../load/customers-of-both-shards.ts';
import { type Platform, underTest } from '../platform.ts';

describe('while one shard is down', () => {
  let platform: Platform;
  /** A customer of the shard that stays up. */
  let staying: string;
  /** A customer of the shard that goes down. */
  let leaving: string;
  let pending: Order;

  const orderOf = (customerId: string, paymentMethod: PaymentMethod = 'test_ok'): PlaceOrder => ({
    customerId,
    lines: [{ sku: 'GW-0032', quantity: 1 }],
    paymentMethod,
  });

  beforeAll(async () => {
    platform = underTest();
    [staying, leaving] = await customersOfBothShards(platform);
    // A slow payment, so that it is settled while its shard is down.
    pending = (await platform.shop.place(orderOf(leaving, 'test_slow'))).as(201, Order);
    await platform.topology.stop('postgres-shard-2');
  });

  afterAll(async () => {
    await platform.topology.start('postgres-shard-2');
    await platform.topology.waitHealthy('postgres-shard-2');
    await platform.close();
  });

  it.each<[string, () => string, () => PlaceOrder | undefined]>([
    ['an order', () => '/v1/orders', () => orderOf(leaving)],
    ['the customer', () => `/v1/customers/${leaving}`, () => undefined],
    ["the customer's orders", () => `/v1/customers/${leaving}/orders`, () => undefined],
    ['one order', () => `/v1/orders/${pending.id}`, () => undefined],
  ])(
    'its customers get a problem document with the time of the next retry: %s',
    async (_what, path, json) => {
      const body = json();
      const answer = await platform.shop.request(path(), {
        ...(body !== undefined && { json: body, headers: { 'idempotency-key': crypto.randomUUID() } }),
      });
      expect(answer.asProblem()).toMatchObject({ status: 503, code: 'shard-unavailable', retryable: true });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    },
  );

  it('the customers of the other shard can order as before', async () => {
    const orders = Array.from({ length: 20 }, () => orderOf(staying));
    await inParallel(orders, 4, async (order) => {
      const { id } = (await platform.shop.place(order)).as(201, Order);
      expect((await platform.shop.settled(id)).status).toBe('confirmed');
    });
  });

  it('its customers can order again when it is back, and pending orders are settled', async () => {
    await platform.topology.start('postgres-shard-2');
    await platform.topology.waitHealthy('postgres-shard-2');
    const placed = await eventually(
      async () => (await platform.shop.place(orderOf(leaving))).as(201, Order),
      {
        within: 30_000,
      },
    );
    expect((await platform.shop.settled(placed.id)).status).toBe('confirmed');
    expect((await platform.shop.settled(pending.id)).status).toBe('confirmed');
  });
});
