import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogueEntry, Order } from '@groundwork/contracts';
import { Shop } from '@groundwork/load';
import { customersOfBothShards } from '../load/customers-of-both-shards.ts';
import { type Platform, underTest } from '../platform.ts';

const OPERATOR_KEY = process.env['OPERATOR_KEY'] ?? 'groundwork-operator';
const SKU = 'GW-0024';
const CHANGES = 3;

describe('a changed price', () => {
  let platform: Platform;
  let customers: readonly [string, string];
  let first: CatalogueEntry['price'];

  beforeAll(async () => {
    platform = underTest();
    customers = await customersOfBothShards(platform);
    first = (await catalogueEntry()).price;
  });

  afterAll(async () => {
    await change(first.amount);
    await platform.close();
  });

  const catalogueEntry = async (): Promise<CatalogueEntry> =>
    (await platform.shop.request(`/v1/catalogue/${SKU}`)).as(200, CatalogueEntry);
  const change = async (amount: number): Promise<void> => {
    const answer = await platform.shop.request(`/v1/admin/catalogue/${SKU}`, {
      method: 'PUT',
      json: { price: { ...first, amount } },
      headers: { 'x-operator-key': OPERATOR_KEY },
    });
    expect(answer.as(200, CatalogueEntry).price).toEqual({ ...first, amount });
  };
  /** Places an order of a customer through one of the gateways, and returns its unit price. */
  const priceFor = async (customerId: string, gateway: string): Promise<number> => {
    const lines = [{ sku: SKU, quantity: 1 }];
    const order = { customerId, lines, paymentMethod: 'test_ok' as const };
    const placed = (await new Shop([gateway]).place(order)).as(201, Order);
    return placed.lines[0]!.unitPrice.amount;
  };

  it('is the price of the next order on every shard and through every gateway, after each of several changes', async () => {
    for (let time = 1; time <= CHANGES; time++) {
      const amount = first.amount + time;
      await change(amount);
      expect((await catalogueEntry()).price.amount).toBe(amount);
      const prices = await Promise.all(
        platform.topology.gateways.flatMap((gateway) =>
          customers.map((customerId) => priceFor(customerId, gateway)),
        ),
      );
      expect(prices).toEqual(prices.map(() => amount));
    }
    expect(await copies()).toEqual([first.amount + CHANGES, first.amount + CHANGES]);
  });

  async function copies(): Promise<readonly number[]> {
    const sql = 'select price_amount::int as amount from products where sku = $1';
    return (await platform.databases.onShards<{ amount: number }>(sql, [SKU])).map(({ amount }) => amount);
  }
});
