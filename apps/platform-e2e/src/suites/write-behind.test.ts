import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Basket, ProductViews, ViewCounted } from '@groundwork/contracts';
import { sendSurely } from '@groundwork/load';
import { randomUUID } from 'node:crypto';
import { type Platform, underTest } from '../platform.ts';

const VIEWS = '/v1/products/GW-0017/views';

describe('what is written behind', () => {
  let platform: Platform;
  let basket: string;

  beforeAll(async () => {
    platform = underTest();
    basket = `/v1/baskets/${(await platform.shop.newCustomer()).id}`;
  });
  afterAll(() => platform.close());

  const views = async () =>
    (await sendSurely(() => platform.shop.request(VIEWS))).as(200, ProductViews).views;
  const countView = async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await sendSurely(() => platform.shop.request(VIEWS, { method: 'POST', headers }));
    answer.as(202, ViewCounted);
  };
  const put = (quantity: number, headers: Record<string, string> = {}) =>
    platform.shop.request(basket, {
      method: 'PUT',
      json: { items: [{ sku: 'GW-0017', quantity }] },
      headers,
    });

  it('is read at once, through either gateway', async () => {
    const before = await views();
    for (let count = 1; count <= 6; count += 1) {
      await countView();
      expect(await views()).toBe(before + count);
    }
  });

  it('keeps the version of a basket from the client to the database and back', async () => {
    const created = await put(1, { 'if-none-match': '*' });
    created.as(201, Basket);
    const etag = created.headers.get('etag') as string;
    expect((await put(9, { 'if-none-match': '*' })).asProblem()).toMatchObject({ code: 'version-conflict' });
    (await put(2, { 'if-match': etag })).as(200, Basket);
    expect((await put(3, { 'if-match': etag })).asProblem()).toMatchObject({ status: 412 });
    const read = await platform.shop.request(basket);
    expect(read.as(200, Basket).items).toEqual([{ sku: 'GW-0017', quantity: 2 }]);
    const known = { 'if-none-match': read.headers.get('etag') as string };
    expect((await platform.shop.request(basket, { headers: known })).status).toBe(304);
  });

  it('survives kill -9 of every process that has it', async () => {
    const { topology } = platform;
    const before = await views();
    for (let count = 0; count < 5; count += 1) await countView();
    await topology.kill('redis-log');
    await topology.kill('cache-service');
    for (const service of ['redis-log', 'cache-service'] as const) await topology.start(service);
    for (const service of ['redis-log', 'cache-service'] as const) await topology.waitHealthy(service);
    expect(await views()).toBe(before + 5);
    const read = await sendSurely(() => platform.shop.request(basket));
    expect(read.as(200, Basket).items).toEqual([{ sku: 'GW-0017', quantity: 2 }]);
  });
});
