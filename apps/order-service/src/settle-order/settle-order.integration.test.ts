import { randomUUID } from 'node:crypto';
import { type Money, PaymentSettled } from '@groundwork/contracts';
import { type IncomingEvent } from '@groundwork/messaging';
import { eventually, startTestPostgres } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  migrate,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { SettleOrder } from './settle-order.ts';
import { type Settlement } from './settlement.ts';

const paid = (total: Money): Settlement => ({ status: 'confirmed', paid: total });
const rejected: Settlement = {
  status: 'rejected',
  rejection: { code: 'payment-declined', detail: 'no funds' },
};

function eventAbout(orderId: string, id: string = randomUUID()): IncomingEvent<{ orderId: string }> {
  const where = { topic: PaymentSettled.topic, partition: 0, offset: '0', headers: {} };
  return {
    id,
    type: PaymentSettled.type,
    source: '/test',
    time: new Date(),
    key: orderId,
    data: { orderId },
    signal: new AbortController().signal,
    ...where,
  };
}

describe('settling an order', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let settleOrder: SettleOrder;

  beforeAll(async () => {
    database = await createShardDatabase();
    service = await startOrderService({ shardUrls: [database.url] });
    client = new OrderServiceClient(service.url);
    settleOrder = service.get(SettleOrder);
  });

  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  const placed = async () => (await client.placeOrder((await client.createCustomer()).body.id)).body;
  const statusOf = async (id: string) => (await client.order(id)).body.status;

  it('confirms the order and changes nothing else', async () => {
    const order = await placed();
    await settleOrder.settle(eventAbout(order.id), paid(order.total));
    expect((await client.order(order.id)).body).toEqual({
      ...order,
      status: 'confirmed',
      settledAt: expect.any(String),
    });
  });

  it('rejects the order with the reason', async () => {
    const order = await placed();
    await settleOrder.settle(eventAbout(order.id), rejected);
    const rejection = { code: 'payment-declined', detail: 'no funds' };
    expect((await client.order(order.id)).body).toEqual({
      ...order,
      status: 'rejected',
      rejection,
      settledAt: expect.any(String),
    });
  });

  it('has its effect once for a repeated event, also with concurrent deliveries', async () => {
    const { id, total } = await placed();
    const event = eventAbout(id);
    await Promise.all([1, 2, 3].map(() => settleOrder.settle(event, paid(total))));
    // The inbox contains the event, so a contradicting delivery of it is skipped before the status check.
    await settleOrder.settle(event, rejected);
    expect(await statusOf(id)).toBe('confirmed');
  });

  it('ignores a second event with the same settlement', async () => {
    const { id } = await placed();
    await settleOrder.settle(eventAbout(id), rejected);
    await settleOrder.settle(eventAbout(id), rejected);
    expect(await statusOf(id)).toBe('rejected');
  });

  it('rejects a contradicting event permanently, without an inbox row for it', async () => {
    const { id, total } = await placed();
    await settleOrder.settle(eventAbout(id), rejected);
    const late = eventAbout(id);
    const refusal = { code: 'illegal-transition', retryable: false };
    await expect(settleOrder.settle(late, paid(total))).rejects.toMatchObject(refusal);
    await expect(settleOrder.settle(late, paid(total))).rejects.toMatchObject(refusal);
    expect(await statusOf(id)).toBe('rejected');
  });

  it('accepts exactly one of two concurrent contradicting events', async () => {
    const { id, total } = await placed();
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    // Blocks both at the row of the order, so that each starts before the other has its effect.
    await sql.query('begin');
    await sql.query('select from orders where id = $1 for update', [id]);
    const settling = Promise.allSettled([
      settleOrder.settle(eventAbout(id), paid(total)),
      settleOrder.settle(eventAbout(id), rejected),
    ]);
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await eventually(async () => (await sql.query(waiting)).rowCount === 2);
    await sql.query('commit');
    await sql.end();
    const outcomes = await settling;
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await statusOf(id)).toBe(outcomes[0].status === 'fulfilled' ? 'confirmed' : 'rejected');
  });

  it.each<[string, Partial<Money>]>([
    ['another amount', { amount: 1 }],
    ['another currency', { currency: 'USD' }],
  ])('permanently rejects a payment that differs from the total: %s', async (_name, wrong) => {
    const { id, total } = await placed();
    const settled = settleOrder.settle(eventAbout(id), paid({ ...total, ...wrong }));
    await expect(settled).rejects.toMatchObject({ code: 'wrong-amount', retryable: false });
    expect(await statusOf(id)).toBe('pending');
  });

  it('permanently rejects an event about an unknown order', async () => {
    const unknown = settleOrder.settle(eventAbout('4711'), paid({ amount: 1, currency: 'EUR' }));
    await expect(unknown).rejects.toMatchObject({ code: 'unknown-order', retryable: false });
  });

  it('fails with an infrastructure error while its shard is down, which costs the event no attempt', async () => {
    const shard = await startTestPostgres();
    await migrate(shard.url);
    const alone = await startOrderService({ shardUrls: [shard.url] });
    try {
      const own = new OrderServiceClient(alone.url);
      const { id, total } = (await own.placeOrder((await own.createCustomer()).body.id)).body;
      await shard.kill();
      // The processes of a killed server live on for a moment and may still settle the order.
      const error = await eventually(() =>
        alone
          .get(SettleOrder)
          .settle(eventAbout(id), paid(total))
          .catch((reason: unknown) => reason),
      );
      expect(error).toMatchObject({ retryable: true, infrastructure: true });
    } finally {
      await alone.stop();
      await shard.stop();
    }
  });
});
