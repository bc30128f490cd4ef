import { randomUUID } from 'node:crypto';
import { CacheInvalidated, PriceChanged, type PriceChangedData } from '@groundwork/contracts';
import { type IncomingEvent } from '@groundwork/messaging';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openEventsDatabase } from '../../test/events-database.ts';
import { ChangePriceWhenPriceChanged } from './change-price-when-price-changed.ts';

describe('a changed price', () => {
  let database: Awaited<ReturnType<typeof openEventsDatabase>>;
  let handler: ChangePriceWhenPriceChanged;

  beforeAll(async () => {
    database = await openEventsDatabase();
    handler = new ChangePriceWhenPriceChanged(database.dataSource);
  });

  afterAll(() => database.drop());

  const changed = (amount: number, version?: number): IncomingEvent<PriceChangedData> => ({
    ...{ id: randomUUID(), type: PriceChanged.type, source: '/test', time: new Date(), key: 'GW-0001' },
    data: { sku: 'GW-0001', price: { amount, currency: 'EUR' }, ...(version !== undefined && { version }) },
    ...{ headers: {}, topic: 'test', partition: 0, offset: '0', signal: new AbortController().signal },
  });

  const shown = async () => {
    const [product] = await database.dataSource.query<{ price_amount: string }[]>(
      `select price_amount from read_model.products where sku = 'GW-0001'`,
    );
    return product?.price_amount;
  };

  it('is shown, and the caches are invalidated once, even when the event is delivered several times', async () => {
    const first = changed(4_711);
    await Promise.all([1, 2, 3].map(() => handler.changePriceWhenPriceChanged(first)));
    await handler.changePriceWhenPriceChanged(changed(4_712));
    await handler.changePriceWhenPriceChanged(first);
    const { dataSource } = database;
    expect(await shown()).toBe('4712');
    expect(await dataSource.query('select type, data from outbox order by position')).toEqual([
      { type: CacheInvalidated.type, data: { tags: ['products', 'product:GW-0001'] } },
      { type: CacheInvalidated.type, data: { tags: ['products', 'product:GW-0001'] } },
    ]);
  });

  it('replaces only an earlier version, as after a late redrive; without a version it always replaces', async () => {
    const tell = (...event: Parameters<typeof changed>) =>
      handler.changePriceWhenPriceChanged(changed(...event));
    await tell(5_002, 2);
    await database.dataSource.query('truncate outbox');
    await tell(5_001, 1);
    expect([await shown(), await database.dataSource.query('select from outbox')]).toEqual(['5002', []]);
    await tell(5_003, 3);
    expect(await shown()).toBe('5003');
    await tell(5_000);
    await tell(5_004, 4);
    expect(await shown()).toBe('5004');
  });
});
