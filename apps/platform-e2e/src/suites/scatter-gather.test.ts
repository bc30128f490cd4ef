import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AllOrdersPage, Order, OrdersSummary } from '@groundwork/contracts';
import { inParallel } from '@groundwork/load';
import { eventually } from '@groundwork/testing';
import { customersOfBothShards } from '../load/customers-of-both-shards.ts';
import { type Platform, underTest } from '../platform.ts';

const ORDERS = 24;

describe('the orders of all shards', () => {
  let platform: Platform;
  /** Settled orders of customers on both shards, newest first. */
  let placed: Order[];
  let onFirst: string[];

  beforeAll(async () => {
    platform = underTest();
    const customers = await customersOfBothShards(platform);
    onFirst = [customers[0]];
    const orders = Array.from({ length: ORDERS }, (_, n) => ({
      customerId: customers[n % 2]!,
      lines: [{ sku: 'GW-0033', quantity: 1 + (n % 3) }],
      paymentMethod: 'test_ok' as const,
    }));
    placed = [];
    await inParallel(orders, 4, async (order) => {
      const { id } = (await platform.shop.place(order)).as(201, Order);
      placed.push(await platform.shop.settled(id));
    });
    placed.sort(newestFirst);
  });

  afterAll(async () => {
    await platform.topology.start('postgres-shard-2');
    await platform.topology.waitHealthy('postgres-shard-2');
    await platform.close();
  });

  async function page(query: string): Promise<AllOrdersPage> {
    return (await platform.shop.request(`/v1/orders?${query}`)).as(200, AllOrdersPage);
  }

  /** Reads pages from the newest order back to the oldest order of this suite. */
  async function walk(query: string, limit: number): Promise<Order[]> {
    const walked: Order[] = [];
    const oldest = placed.at(-1)!;
    let cursor: string | null = '';
    while (cursor !== null && (walked.length === 0 || newestFirst(walked.at(-1)!, oldest) < 0)) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { items, nextCursor }: AllOrdersPage = await page(`limit=${limit}&${query}${more}`);
      walked.push(...items);
      cursor = nextCursor;
    }
    return walked;
  }

  const ours = (orders: readonly Order[]) => {
    const ids = new Set(placed.map(({ id }) => id));
    return orders.filter(({ id }) => ids.has(id));
  };

  it('form one sorted list over all pages', async () => {
    for (const limit of [5, 100]) {
      const walked = await walk('sort=-createdAt&status=confirmed&region=eu', limit);
      expect(ours(walked)).toEqual(placed);
      expect(walked.toSorted(newestFirst)).toEqual(walked);
    }
  });

  it('can be sorted by the time at which they were settled', async () => {
    const { items } = await page('sort=-settledAt&status=confirmed&limit=100');
    const times = items.map(({ settledAt }) => settledAt!);
    expect(times.toSorted().reverse()).toEqual(times);
  });

  it('are summed up over all shards', async () => {
    const before = await summary('');
    const order = { customerId: onFirst[0]!, lines: [{ sku: 'GW-0033', quantity: 2 }] };
    const { id, total } = (await platform.shop.place({ ...order, paymentMethod: 'test_ok' })).as(201, Order);
    await platform.shop.settled(id);
    const after = await summary('');
    expect(after.all.count).toBe(before.all.count + 1);
    expect(BigInt(after.all.sum.amount) - BigInt(before.all.sum.amount)).toBe(BigInt(total.amount));
    // A transferred order is counted as the order that replaced it.
    const counted = after.byStatus.filter(({ status }) => status !== 'transferred');
    expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(after.all.count);
  });

  async function summary(query: string): Promise<OrdersSummary> {
    return (await platform.shop.request(`/v1/orders/summary?${query}`)).as(200, OrdersSummary);
  }

  it.each([
    ['status=lost', '/query/status'],
    ['region=mars', '/query/region'],
    ['sort=price', '/query/sort'],
    ['limit=0', '/query/limit'],
    ['partial=maybe', '/query/partial'],
  ])('are not listed for %s', async (query, pointer) => {
    expect((await platform.shop.request(`/v1/orders?${query}`)).asProblem()).toMatchObject({
      status: 400,
      code: 'invalid-request',
      errors: [{ pointer }],
    });
  });

  describe('while one shard is down', () => {
    beforeAll(() => platform.topology.stop('postgres-shard-2'));

    it.each(['/v1/orders', '/v1/orders/summary'])(
      'are refused completely: %s names the failed shard',
      async (path) => {
        const answer = await platform.shop.request(path);
        expect(answer.asProblem()).toMatchObject({
          status: 503,
          code: 'shard-unavailable',
          retryable: true,
          detail: expect.stringContaining('shard-2'),
        });
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      },
    );

    it('are those of the other shard if the client asks for a partial result', async () => {
      const part = await page('partial=true&limit=100&sort=-createdAt');
      expect(part).toMatchObject({ complete: false, failedShards: ['shard-2'] });
      const expected = placed.filter(({ customerId }) => onFirst.includes(customerId));
      expect(ours(part.items)).toEqual(expected);
      expect(await summary('partial=true')).toMatchObject({ complete: false, failedShards: ['shard-2'] });
    });

    it('are complete again when the shard is back', async () => {
      await platform.topology.start('postgres-shard-2');
      await platform.topology.waitHealthy('postgres-shard-2');
      const whole = await eventually(() => page('limit=100'), { within: 30_000 });
      expect(whole).toMatchObject({ complete: true, failedShards: [] });
      expect(ours(whole.items)).toEqual(placed);
    });
  });
});

function newestFirst(one: Order, other: Order): number {
  const byTime = Date.parse(other.createdAt) - Date.parse(one.createdAt);
  return byTime || (BigInt(other.id) > BigInt(one.id) ? 1 : -1);
}
