import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Consumer, ConsumerList, Order, PausedConsumer } from '@groundwork/contracts';
import { chargesOf } from '@groundwork/load';
import { eventually } from '@groundwork/testing';
import { customersOfBothShards } from '../load/customers-of-both-shards.ts';
import { type Platform, underTest } from '../platform.ts';

const headers = { 'x-operator-key': process.env['OPERATOR_KEY'] ?? 'groundwork-operator' };
const GROUPS = ['event-processor', 'order-service'];
/** The limit of the operator routes is ten requests a second. */
const GENTLY = { every: 300, within: 30_000 };
/** Every replica reads the pauses once a second. */
const NOTICED_WITHIN_MS = 3_000;

describe('a consumer that operators pause', () => {
  let platform: Platform;
  let customers: readonly [string, string];

  beforeAll(async () => {
    platform = underTest();
    customers = await customersOfBothShards(platform);
  });

  afterAll(async () => {
    for (const group of GROUPS) {
      for (const { topic } of (await read(group)).pauses ?? [])
        await change(group, 'resume', topic === null ? {} : { topic });
    }
    await platform.topology.start('event-processor');
    await platform.close();
  });

  const change = async (group: string, what: string, json: object) =>
    (await platform.shop.request(`/v1/admin/consumers/${group}/${what}`, { json, headers })).as(
      200,
      PausedConsumer,
    );
  const read = async (group: string) =>
    (await platform.shop.request(`/v1/admin/consumers/${group}`, { headers })).as(200, Consumer);
  const list = async () =>
    (await platform.shop.request('/v1/admin/consumers', { headers })).as(200, ConsumerList).items;
  const pause = async (group: string, json: object) => {
    const { pauses } = await change(group, 'pause', json);
    const since = Date.parse(pauses[0]?.at ?? '');
    await eventually(() => Date.now() > since + NOTICED_WITHIN_MS);
  };
  const placeOnBothShards = async () => {
    const orders: Order[] = [];
    for (const customerId of customers) {
      const lines = [{ sku: 'GW-0034', quantity: 1 }];
      const answer = await platform.shop.place({ customerId, lines, paymentMethod: 'test_ok' });
      orders.push(answer.as(201, Order));
    }
    return orders;
  };
  const statuses = async (orders: readonly Order[]) => {
    const found: string[] = [];
    for (const { id } of orders) found.push((await platform.shop.order(id)).status);
    return found;
  };
  const lagOf = (consumer: Consumer, name: string) =>
    Number(consumer.topics.find(({ topic }) => topic === name)?.lag);

  it('leaves orders pending, also after a kill, reports its lag, and settles the orders after the resume', async () => {
    await pause('event-processor', { reason: 'an end-to-end suite', by: 'e2e' });
    const orders = await placeOnBothShards();
    await eventually(async () => lagOf(await read('event-processor'), 'orders.events') === 2, GENTLY);
    await platform.topology.kill('event-processor', 1);
    await platform.topology.start('event-processor');
    await platform.topology.waitHealthy('event-processor');
    await eventually(async () => (await read('event-processor')).members === 2, GENTLY);
    expect(await statuses(orders)).toEqual(['pending', 'pending']);
    const paused = await read('event-processor');
    expect(lagOf(paused, 'orders.events')).toBe(2);
    expect(paused.pauses).toMatchObject([{ topic: null, reason: 'an end-to-end suite', by: 'e2e' }]);

    expect(await change('event-processor', 'resume', { by: 'e2e' })).toMatchObject({
      changed: true,
      pauses: [],
    });
    for (const { id } of orders) expect((await platform.shop.settled(id)).status).toBe('confirmed');
    await eventually(async () => (await read('event-processor')).lag === '0', GENTLY);
  });

  it('delays only its own step: while one topic of order-service is paused, orders are charged but stay pending', async () => {
    await pause('order-service', { topic: 'payments.events', reason: 'an end-to-end suite' });
    const orders = await placeOnBothShards();
    const ids = orders.map(({ id }) => id);
    await eventually(async () => lagOf(await read('order-service'), 'payments.events') === 2, GENTLY);
    expect([...(await chargesOf(platform.databases, ids))].sort()).toEqual([...ids].sort());
    expect(await statuses(orders)).toEqual(['pending', 'pending']);
    await change('order-service', 'resume', { topic: 'payments.events' });
    for (const id of ids) expect((await platform.shop.settled(id)).status).toBe('confirmed');
  });

  it('belongs to a shared group; the groups of single processes are listed but cannot be paused', async () => {
    const groups = await list();
    expect(groups.filter(({ pausable }) => pausable).map(({ group }) => group)).toEqual([
      'event-processor',
      'dead-letter-review',
      'order-service',
    ]);
    const alone = groups.filter(({ group }) => group.startsWith('cache-service.'));
    expect(alone.map(({ members }) => members)).toEqual([1, 1]);
    const refused = await platform.shop.request(`/v1/admin/consumers/${alone[0]?.group}/pause`, {
      json: { reason: 'a try' },
      headers,
    });
    expect(refused.asProblem()).toMatchObject({ status: 409, code: 'consumer-not-pausable' });
  });

  it('is visible to operators only, and only operators can pause it', async () => {
    const path = '/v1/admin/consumers/event-processor';
    expect((await platform.shop.request(path)).asProblem().status).toBe(401);
    const paused = await platform.shop.request(`${path}/pause`, { json: { reason: 'a try' } });
    expect(paused.asProblem().status).toBe(401);
    expect((await read('event-processor')).pauses).toEqual([]);
  });
});
