import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Order, type PlaceOrder } from '@groundwork/contracts';
import { randomUUID } from 'node:crypto';
import { chargesOf, ordersOf, sendSurely, Shop } from '@groundwork/load';
import { type Platform, underTest } from '../platform.ts';

const TWINS = 50;

describe('an idempotency race', () => {
  let platform: Platform;

  beforeAll(() => {
    platform = underTest();
  });

  afterAll(() => platform.close());

  it(`places one order for ${TWINS} equal requests over both gateways`, async () => {
    const customer = await platform.shop.newCustomer();
    const order: PlaceOrder = {
      customerId: customer.id,
      lines: [{ sku: 'GW-0021', quantity: 1 }],
      paymentMethod: 'test_ok',
    };
    const key = randomUUID();
    const shops = platform.topology.gateways.map((gateway) => new Shop([gateway]));
    const answers = await Promise.all(
      Array.from({ length: TWINS }, (_, twin) =>
        sendSurely(() => (shops[twin % shops.length] as Shop).place(order, key)),
      ),
    );

    const ids = new Set(answers.map((answer) => answer.as(201, Order).id));
    expect(ids.size).toBe(1);
    const isReplay = answers.map(({ headers }) => headers.get('idempotency-replayed') === 'true');
    expect(isReplay.filter((replayed) => !replayed)).toHaveLength(1);

    const [id] = ids;
    await platform.shop.settled(id as string);
    expect(await ordersOf(platform.databases, [customer.id])).toEqual([{ id, status: 'confirmed' }]);
    expect(await chargesOf(platform.databases, [id as string])).toEqual([id]);
  });
});
