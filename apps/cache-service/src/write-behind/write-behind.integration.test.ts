import { Basket, ProductViews } from '@groundwork/contracts';
import { eventually, startTestRedis } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEventsDatabase } from '../../test/events-database.ts';
import { type RunningCacheService, startCacheService } from '../../test/start-cache-service.ts';
import { migrateCache } from '../storage/migrate-cache.ts';

const BASKET = '/v1/baskets/253358551879732224';
const items = (quantity: number) => ({ items: [{ sku: 'GW-0001', quantity }] });

describe('what cache-service writes behind', () => {
  let database: Awaited<ReturnType<typeof createEventsDatabase>>;
  let cache: Awaited<ReturnType<typeof startTestRedis>>;
  let log: Awaited<ReturnType<typeof startTestRedis>>;
  const services: RunningCacheService[] = [];

  const start = async () => {
    const service = await startCacheService({
      databaseUrl: database.url,
      redisUrl: cache.url,
      logUrl: log.url,
    });
    services.push(service);
    return service;
  };
  const ask = async (service: RunningCacheService, path: string, init: RequestInit = {}) => {
    const response = await fetch(service.url + path, init);
    const text = await response.text();
    return {
      status: response.status,
      etag: response.headers.get('etag'),
      retryAfter: response.headers.get('retry-after'),
      body: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown>,
    };
  };
  const put = (service: RunningCacheService, body: unknown, headers: Record<string, string> = {}) =>
    ask(service, BASKET, {
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const view = (service: RunningCacheService, sku = 'GW-0001', headers: Record<string, string> = {}) =>
    ask(service, `/v1/products/${sku}/views`, { method: 'POST', headers });
  const storedViews = async () => {
    const { rows } = await database.query(
      `SELECT views FROM cache_service.product_views WHERE sku = 'GW-0001'`,
    );
    return Number((rows as { views: string }[])[0]?.views ?? 0);
  };

  beforeEach(async () => {
    [database, cache, log] = await Promise.all([
      createEventsDatabase(),
      startTestRedis(),
      startTestRedis({ persistent: true, args: ['--appendfsync', 'always'] }),
    ]);
    await migrateCache(database.url);
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.close()));
    await Promise.all([database.drop(), cache.stop(), log.stop()]);
  });

  it('migrates its schema once', async () => {
    expect(await migrateCache(database.url)).toEqual([]);
  });

  it('counts every view once, and shows it in every process before the database has it', async () => {
    const [one, two] = [await start(), await start()];
    for (let count = 1; count <= 5; count += 1) {
      expect(await view(count % 2 ? one : two)).toMatchObject({ status: 202, body: { sku: 'GW-0001' } });
      const { body } = await ask(count % 2 ? two : one, '/v1/products/GW-0001/views');
      expect(ProductViews.parse(body)).toEqual({ sku: 'GW-0001', views: count });
    }
    const response = await fetch(`${two.url}/v1/products/GW-0001/views`);
    expect(await response.json()).toEqual({ sku: 'GW-0001', views: 5 });
    expect(response.headers.get('cache-control')).toBe('no-store');
    await eventually(async () => (await storedViews()) === 5);
    for (const service of [one, two])
      expect((await ask(service, '/v1/products/GW-0001/views')).body).toMatchObject({ views: 5 });
  });

  it('does not say that a view is lost when only the read after it would fail', async () => {
    const service = await start();
    await eventually(async () => (await view(service)).status === 202);
    await database.query('ALTER TABLE cache_service.product_views RENAME TO away');
    expect(await view(service, 'GW-0002')).toMatchObject({ status: 202, body: { sku: 'GW-0002' } });
    expect(await ask(service, '/v1/products/GW-0002/views')).toMatchObject({
      status: 503,
      body: { code: 'unavailable' },
    });
    await database.query('ALTER TABLE cache_service.away RENAME TO product_views');
    await eventually(async () => {
      const { body } = await ask(service, '/v1/products/GW-0002/views');
      return body['views'] === 1;
    });
  });

  it('counts a view with an idempotency key once', async () => {
    const service = await start();
    for (let count = 0; count < 3; count += 1)
      await view(service, 'GW-0001', { 'idempotency-key': 'view-1' });
    await eventually(async () => (await storedViews()) === 1);
    await view(service, 'GW-0001', { 'idempotency-key': 'view-1' });
    await view(service);
    await eventually(async () => (await storedViews()) === 2);
    expect((await ask(service, '/v1/products/GW-0001/views')).body).toMatchObject({ views: 2 });
  });

  it('refuses views of unknown products and invalid keys', async () => {
    const service = await start();
    expect(await view(service, 'GW-9999')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await view(service, 'gw')).toMatchObject({ status: 400, body: { code: 'invalid-id' } });
    const { status, body } = await view(service, 'GW-0001', { 'idempotency-key': 'has a space' });
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'idempotency-key-invalid' });
  });

  it('keeps a basket with its version: reads, conditional writes, deletions', async () => {
    const [one, two] = [await start(), await start()];
    expect(await ask(one, BASKET)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    const first = await put(one, items(1), { 'if-none-match': '*' });
    expect(first.status).toBe(201);
    expect(Basket.parse(first.body)).toEqual(items(1));
    const read = await ask(two, BASKET);
    expect(read).toMatchObject({ status: 200, etag: first.etag, body: items(1) });
    expect(await put(two, items(9), { 'if-none-match': '*' })).toMatchObject({
      ...{ status: 412, etag: first.etag, body: { code: 'version-conflict' } },
    });
    const second = await put(two, items(2), { 'if-match': `"other", ${first.etag}` });
    expect(second.status).toBe(200);
    expect(await put(one, items(3), { 'if-match': first.etag as string })).toMatchObject({ status: 412 });
    expect(await ask(one, BASKET, { headers: { 'if-none-match': `W/${second.etag}` } })).toEqual({
      ...{ status: 304, etag: second.etag, retryAfter: null, body: undefined },
    });
    await eventually(async () => {
      const { rows } = await database.query('SELECT customer_id, basket, version FROM cache_service.baskets');
      const version = second.etag?.replaceAll('"', '');
      expect(rows).toEqual([{ customer_id: '253358551879732224', basket: items(2), version }]);
      return true;
    });
    expect(await ask(one, BASKET)).toMatchObject({ status: 200, etag: second.etag, body: items(2) });
    expect((await ask(one, BASKET, { method: 'DELETE', headers: { 'if-match': '"1"' } })).status).toBe(412);
    expect((await ask(one, BASKET, { method: 'DELETE', headers: { 'if-match': '*' } })).status).toBe(204);
    expect((await ask(two, BASKET)).status).toBe(404);
    expect((await ask(two, BASKET, { method: 'DELETE', headers: { 'if-match': '*' } })).status).toBe(412);
    expect((await ask(two, BASKET, { method: 'DELETE' })).status).toBe(204);
  });

  it.each([
    [{ items: [{ sku: 'GW-0001', quantity: 0 }] }, {}, 'invalid-request'],
    [
      {
        items: [
          { sku: 'GW-0001', quantity: 1 },
          { sku: 'GW-0001', quantity: 1 },
        ],
      },
      {},
      'invalid-request',
    ],
    [{ items: [], more: 1 }, {}, 'invalid-request'],
    [items(1), { 'if-match': '17' }, 'invalid-condition'],
    [items(1), { 'if-none-match': '"17"' }, 'invalid-condition'],
  ])('refuses the basket %j with %j', async (body, headers, code) => {
    const service = await start();
    expect(await put(service, body, headers)).toMatchObject({ status: 400, body: { code } });
    expect((await ask(service, BASKET)).status).toBe(404);
  });

  it('answers 503 while its log is away, and has everything that it acknowledged afterwards', async () => {
    const service = await start();
    await eventually(async () => (await view(service)).status === 202);
    await log.kill();
    expect(await view(service)).toMatchObject({
      status: 503,
      retryAfter: '1',
      body: { code: 'write-log-unavailable', retryable: true },
    });
    expect((await ask(service, '/v1/products')).status).toBe(200);
    await log.restart();
    await eventually(async () => (await view(service)).status === 202);
    await eventually(async () => (await storedViews()) === 2);
  });

  it('answers 503 for values that only the database has while the database is away', async () => {
    const service = await start();
    await eventually(async () => (await view(service)).status === 202);
    await database.query('ALTER TABLE cache_service.product_views RENAME TO away');
    await database.query('ALTER TABLE cache_service.baskets RENAME TO away_as_well');
    expect(await ask(service, BASKET)).toMatchObject({
      status: 503,
      retryAfter: '1',
      body: { code: 'unavailable' },
    });
    await database.query('ALTER TABLE cache_service.away RENAME TO product_views');
    await database.query('ALTER TABLE cache_service.away_as_well RENAME TO baskets');
    expect(await ask(service, BASKET)).toMatchObject({ status: 404 });
    await eventually(async () => (await storedViews()) === 1);
  });

  it('applies what it has acknowledged before it ends', async () => {
    const service = await start();
    for (let count = 0; count < 20; count += 1) await view(service);
    await services.pop()?.close();
    expect(await storedViews()).toBe(20);
  });

  it('exports what is pending and what was applied', async () => {
    const service = await start();
    await view(service);
    await eventually(async () => (await storedViews()) === 1);
    const metrics = await eventually(async () => {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      return text.includes('write_behind_pending_entries 0') && text;
    });
    for (const line of [
      'write_behind_applied_total 1',
      'write_behind_batches_total 1',
      'write_behind_refused_total 0',
    ])
      expect(metrics.split('\n')).toContain(line);
  });
});
