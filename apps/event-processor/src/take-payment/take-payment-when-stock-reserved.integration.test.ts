import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  PaymentDeclined,
  type PaymentMethod,
  PaymentSettled,
  StockReserved,
  type StockReservedData,
} from '@groundwork/contracts';
import { type IncomingEvent } from '@groundwork/messaging';
import { randomUUID } from 'node:crypto';
import { openEventsDatabase } from '../../test/events-database.ts';
import { anOrder, delivered } from '../../test/orders.ts';
import { type PaymentProvider } from './payment-provider.ts';
import { settlePayment } from './settle-payment.ts';
import { SimulatedProvider } from './simulated-provider.ts';
import { TakePaymentWhenStockReserved } from './take-payment-when-stock-reserved.ts';

describe('taking payment', () => {
  let database: Awaited<ReturnType<typeof openEventsDatabase>>;
  let handler: TakePaymentWhenStockReserved;

  const rows = <Row>(sql: string, parameters: unknown[] = []) =>
    database.dataSource.query<Row[]>(sql, parameters);
  const take = (event: IncomingEvent<StockReservedData>, by = handler) =>
    by.takePaymentWhenStockReserved(event);
  const reserved = (wanted: Record<string, number>, method: PaymentMethod) =>
    delivered<StockReservedData>(StockReserved.type, anOrder(wanted, method));
  const charges = (orderId: string) =>
    rows('select * from payment_provider.charges where order_id = $1', [orderId]);
  const told = () => rows<{ type: string; data: object }>('select type, data from outbox order by position');
  const payment = async (orderId: string) =>
    (await rows('select * from payments where order_id = $1', [orderId]))[0];

  beforeAll(async () => {
    database = await openEventsDatabase();
    handler = new TakePaymentWhenStockReserved(
      database.dataSource,
      new SimulatedProvider(database.dataSource),
    );
  });

  beforeEach(() => rows('truncate outbox, inbox, payments, product_sales'));

  afterAll(() => database.drop());

  it('charges, counts and publishes a sale once, even when the event is delivered several times', async () => {
    const event = reserved({ 'GW-0001': 3, 'GW-0002': 1 }, 'test_ok');
    await Promise.all([take(event), take(event), take(event)]);
    await take(event);
    const { orderId, total } = event.data;
    expect(await charges(orderId)).toHaveLength(1);
    expect(await payment(orderId)).toMatchObject({ status: 'settled', amount: String(total.amount) });
    const [first] = event.data.lines;
    expect(await rows('select * from read_model.top_products order by sku')).toMatchObject([
      { sku: 'GW-0001', units_sold: '3', revenue_amount: String(3 * (first?.unitPrice.amount ?? 0)) },
      { sku: 'GW-0002', units_sold: '1' },
    ]);
    expect(await told()).toMatchObject([
      { type: PaymentSettled.type, data: { orderId, amount: total } },
      { data: { tags: ['top-products'] } },
    ]);
  });

  it('charges an order once, even when an event with another id requests its payment', async () => {
    const event = reserved({ 'GW-0001': 1 }, 'test_ok');
    await take(event);
    // As after an operator edited and redrove the dead letter of the first event: a new event about the same order.
    await expect(take({ ...event, id: randomUUID() })).rejects.toThrow();
    expect(await charges(event.data.orderId)).toHaveLength(1);
  });

  it('counts concurrent sales of one product without waiting for the commit of the other sale', async () => {
    const [first, second] = [
      reserved({ 'GW-0001': 2 }, 'test_ok'),
      reserved({ 'GW-0001': 3, 'GW-0002': 1 }, 'test_ok'),
    ];
    await database.dataSource.transaction(async (uncommitted) => {
      await settlePayment(uncommitted, first.data, 'ch_1');
      await take(second);
      expect(await payment(second.data.orderId)).toMatchObject({ status: 'settled' });
    });
    expect(await rows('select sku, units_sold from read_model.top_products order by sku')).toEqual([
      { sku: 'GW-0001', units_sold: '5' },
      { sku: 'GW-0002', units_sold: '1' },
    ]);
  });

  it('releases the stock of a declined order once and charges nothing', async () => {
    const stock = async () =>
      (await rows<{ stock: number }>(`select stock from products where sku = 'GW-0003'`))[0]?.stock;
    const before = (await stock()) ?? 0;
    const event = reserved({ 'GW-0003': 4 }, 'test_declined');
    await Promise.all([take(event), take(event)]);
    await take(event);
    expect(await stock()).toBe(before + 4);
    expect(await charges(event.data.orderId)).toEqual([]);
    expect(await payment(event.data.orderId)).toMatchObject({ status: 'declined', charge_id: null });
    expect(await rows('select * from product_sales')).toEqual([]);
    expect(await told()).toMatchObject([
      { type: PaymentDeclined.type, data: { orderId: event.data.orderId } },
      { data: { tags: ['products', 'product:GW-0003'] } },
    ]);
  });

  it('fails twice with a flaky method, counted across processes, and succeeds at the third attempt', async () => {
    const event = reserved({ 'GW-0001': 1 }, 'test_flaky');
    const another = new TakePaymentWhenStockReserved(
      database.dataSource,
      new SimulatedProvider(database.dataSource),
    );
    await expect(take(event)).rejects.toMatchObject({
      code: 'payment-provider-unavailable',
      retryable: true,
    });
    await expect(take(event, another)).rejects.toMatchObject({ retryable: true });
    await take(event);
    expect(await charges(event.data.orderId)).toHaveLength(1);
  });

  it.each([
    ['test_unavailable', { code: 'payment-provider-unavailable', retryable: true }],
    ['test_poison', { code: 'payment-not-understood', retryable: false }],
  ] as const)(
    'never succeeds with %s, and stores neither a payment nor an inbox row',
    async (method, error) => {
      const event = reserved({ 'GW-0001': 1 }, method);
      await expect(take(event)).rejects.toMatchObject(error);
      expect(await payment(event.data.orderId)).toBeUndefined();
      expect(await rows('select * from inbox')).toEqual([]);
    },
  );

  it('waits for a slow provider until the signal aborts', async () => {
    const provider = new SimulatedProvider(database.dataSource, 200);
    const { data } = reserved({ 'GW-0001': 1 }, 'test_slow');
    const request = {
      idempotencyKey: data.orderId,
      orderId: data.orderId,
      amount: data.total,
      paymentMethod: 'test_slow' as const,
    };
    await expect(provider.charge(request, AbortSignal.timeout(10))).rejects.toMatchObject({
      code: 'payment-provider-timeout',
      retryable: true,
    });
    expect(await charges(data.orderId)).toEqual([]);
    expect(await provider.charge(request, AbortSignal.timeout(5_000))).toMatchObject({ kind: 'charged' });
  });

  it('calls the provider outside of any transaction, so that a slow provider holds no locks', async () => {
    let openTransactions = -1;
    const provider: PaymentProvider = {
      async charge() {
        const [seen] = await rows<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
        );
        openTransactions = seen?.n ?? -1;
        return { kind: 'charged', chargeId: 'ch_1' };
      },
    };
    await take(
      reserved({ 'GW-0001': 1 }, 'test_ok'),
      new TakePaymentWhenStockReserved(database.dataSource, provider),
    );
    expect(openTransactions).toBe(0);
  });
});
