import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Order, OrderPage } from '@groundwork/contracts';
import { chargesOf } from '@groundwork/load';
import { randomUUID } from 'node:crypto';
import { customersOfBothShards } from '../load/customers-of-both-shards.ts';
import { type Platform, underTest } from '../platform.ts';

describe('an order that is transferred to another customer', () => {
  let platform: Platform;
  let giver: string;
  let taker: string;

  beforeAll(async () => {
    platform = underTest();
    [giver, taker] = await customersOfBothShards(platform);
  });

  afterAll(() => platform.close());

  const give = (id: string, customerId: string, key = randomUUID()) =>
    platform.shop.request(`/v1/orders/${id}/transfer`, {
      json: { customerId },
      headers: { 'idempotency-key': key },
    });
  const ordersOf = async (customerId: string): Promise<OrderPage['items']> =>
    (await platform.shop.request(`/v1/customers/${customerId}/orders`)).as(200, OrderPage).items;
  /** Returns the total of the confirmed orders of both customers, in cents. */
  const bought = async (): Promise<bigint> => {
    const orders = (await Promise.all([giver, taker].map(ordersOf))).flat();
    return orders
      .filter(({ status }) => status === 'confirmed')
      .reduce((sum, { total }) => sum + BigInt(total.amount), 0n);
  };
  const confirmed = async (customerId: string): Promise<Order> => {
    const lines = [
      { sku: 'GW-0022', quantity: 2 },
      { sku: 'GW-0023', quantity: 1 },
    ];
    const placed = await platform.shop.placeSurely({ customerId, lines, paymentMethod: 'test_ok' });
    return platform.shop.settled(placed.id);
  };

  it('belongs to that customer, on their shard, and the total of both customers stays the same', async () => {
    const order = await confirmed(giver);
    const before = await bought();
    const key = randomUUID();
    const given = (await give(order.id, taker, key)).as(201, Order);
    expect(given).toMatchObject({
      customerId: taker,
      status: 'confirmed',
      lines: order.lines,
      total: order.total,
      transferredFrom: order.id,
    });
    expect(await bought()).toBe(before);
    expect(await platform.shop.order(given.id)).toEqual(given);
    expect(await platform.shop.order(order.id)).toMatchObject({
      status: 'transferred',
      transferredTo: given.id,
    });
    expect((await ordersOf(taker)).map(({ id }) => id)).toEqual([given.id]);
    expect(await shardsWith(order.id, given.id)).toEqual({ [order.id]: 'shard-1', [given.id]: 'shard-2' });
    expect(await chargesOf(platform.databases, [order.id, given.id])).toEqual([order.id]);
    expect((await give(order.id, taker, key)).as(201, Order)).toEqual(given);
    expect(await bought()).toBe(before);
  });

  it('stays with its customer when the other customer does not exist, and the refusal says why', async () => {
    const order = await confirmed(giver);
    const before = await bought();
    const nobody = String(BigInt(taker) + 1n);
    expect((await give(order.id, nobody)).asProblem()).toMatchObject({
      status: 422,
      code: 'unknown-customer',
    });
    expect(await platform.shop.order(order.id)).toEqual(order);
    expect(await bought()).toBe(before);
  });

  /** Returns the shard of each order by reading the databases directly. */
  async function shardsWith(...ids: readonly string[]): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const [name, shard] of platform.databases.shards) {
      const sql = 'select id::text from orders where id = any($1::bigint[])';
      for (const { id } of (await shard.query<{ id: string }>(sql, [ids])).rows) found[id] = name;
    }
    return found;
  }
});
