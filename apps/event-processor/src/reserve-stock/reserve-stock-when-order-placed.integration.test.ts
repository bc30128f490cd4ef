import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CacheInvalidated, StockRejected, StockReserved } from '@groundwork/contracts';
import { openEventsDatabase } from '../../test/events-database.ts';
import { anOrder, batchOf, placed } from '../../test/orders.ts';
import { ReserveStockWhenOrderPlaced } from './reserve-stock-when-order-placed.ts';

describe('reserving stock', () => {
  let database: Awaited<ReturnType<typeof openEventsDatabase>>;
  let handler: ReserveStockWhenOrderPlaced;

  const rows = <Row>(sql: string, parameters: unknown[] = []) =>
    database.dataSource.query<Row[]>(sql, parameters);
  const stockOf = async (sku: string) =>
    (await rows<{ stock: number }>('select stock from products where sku = $1', [sku]))[0]?.stock;
  const setStock = (sku: string, stock: number) =>
    rows('with done as (update products set stock = $2 where sku = $1) select 1', [sku, stock]);
  const told = () =>
    rows<{ type: string; key: string; traceparent: string; data: { detail: string } }>(
      'select * from outbox order by position',
    );

  beforeAll(async () => {
    database = await openEventsDatabase();
    handler = new ReserveStockWhenOrderPlaced(database.dataSource);
  });

  beforeEach(() => rows('truncate outbox, inbox'));

  afterAll(() => database.drop());

  it('reserves all lines of an order once, even when the event is delivered several times', async () => {
    const event = placed(anOrder({ 'GW-0001': 3, 'GW-0002': 2 }));
    for (let delivery = 0; delivery < 3; delivery += 1)
      await handler.reserveStockWhenOrderPlaced(batchOf(event));
    await Promise.all([1, 2, 3].map(() => handler.reserveStockWhenOrderPlaced(batchOf(event))));
    expect([await stockOf('GW-0001'), await stockOf('GW-0002')]).toEqual([999_997, 999_998]);
    expect(await told()).toMatchObject([
      {
        type: StockReserved.type,
        topic: StockReserved.topic,
        key: event.data.orderId,
        data: { orderId: event.data.orderId },
      },
      { type: CacheInvalidated.type, data: { tags: ['products', 'product:GW-0001', 'product:GW-0002'] } },
    ]);
  });

  it('reserves nothing when one line exceeds the stock, and names that line', async () => {
    await setStock('GW-0119', 5);
    const event = placed(anOrder({ 'GW-0003': 1, 'GW-0119': 6, 'GW-0120': 1 }));
    await handler.reserveStockWhenOrderPlaced(batchOf(event));
    expect(await stockOf('GW-0003')).toBe(1_000_000);
    expect(await stockOf('GW-0119')).toBe(5);
    const [rejection, ...more] = await told();
    expect(rejection).toMatchObject({
      type: StockRejected.type,
      key: event.data.orderId,
      data: {
        detail: '6 units of GW-0119 were ordered, 5 are left; 1 units of GW-0120 were ordered, 0 are left',
      },
    });
    expect(more).toEqual([]);
  });

  it('rejects a product that does not exist', async () => {
    await handler.reserveStockWhenOrderPlaced(batchOf(placed(anOrder({ 'GW-0004': 1, 'GW-9999': 1 }))));
    expect(await stockOf('GW-0004')).toBe(1_000_000);
    expect((await told())[0]?.data.detail).toBe('there is no product GW-9999');
  });

  it('gives the last 37 units to exactly 37 of 200 concurrent orders, in any order of their lines', async () => {
    await setStock('GW-0010', 37);
    await setStock('GW-0011', 1_000);
    const orders = Array.from({ length: 200 }, (_, index) =>
      placed(anOrder(index % 2 === 0 ? { 'GW-0010': 1, 'GW-0011': 1 } : { 'GW-0011': 1, 'GW-0010': 1 })),
    );
    // Batches of one, two, three, … run concurrently, as batches of several partitions do.
    const batches = Array.from({ length: 20 }, (_, n) =>
      orders.slice((n * (n + 1)) / 2, ((n + 1) * (n + 2)) / 2),
    );
    await Promise.all(batches.map((batch) => handler.reserveStockWhenOrderPlaced(batchOf(...batch))));
    expect([await stockOf('GW-0010'), await stockOf('GW-0011')]).toEqual([0, 1_000 - 37]);
    const types = (await told()).map(({ type }) => type);
    expect(types.filter((type) => type === StockReserved.type)).toHaveLength(37);
    expect(types.filter((type) => type === StockRejected.type)).toHaveLength(163);
  });

  it('decides each order of a batch separately, in their order and in its own trace', async () => {
    await setStock('GW-0012', 5);
    const orders = [4, 2, 1].map((units) => placed(anOrder({ 'GW-0012': units })));
    const traces = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
    const traced = orders.map((event, n) => ({
      ...event,
      headers: { traceparent: `00-${traces[n]}-b7ad6b7169203331-01` },
    }));
    await handler.reserveStockWhenOrderPlaced(batchOf(...traced));
    expect(await stockOf('GW-0012')).toBe(0);
    const outcomes = (await told()).filter(({ type }) => type !== CacheInvalidated.type);
    expect(outcomes.map(({ type, key }) => [type, key])).toEqual([
      [StockReserved.type, orders[0]?.key],
      [StockRejected.type, orders[1]?.key],
      [StockReserved.type, orders[2]?.key],
    ]);
    expect(outcomes.map(({ traceparent }) => traceparent.slice(3, 35))).toEqual(traces);
  });

  it('adds up the lines of an order that contains a product twice', async () => {
    await setStock('GW-0022', 5);
    const order = anOrder({ 'GW-0022': 3 });
    const twice = placed({ ...order, lines: [...order.lines, ...order.lines] });
    await handler.reserveStockWhenOrderPlaced(batchOf(twice));
    expect(await stockOf('GW-0022')).toBe(5);
    expect((await told())[0]?.data.detail).toBe('6 units of GW-0022 were ordered, 5 are left');
  });
});
