import { CacheManager } from '@groundwork/caching';
import { Product, ProductList, TopProducts } from '@groundwork/contracts';
import { eventually, startTestPostgres, startTestRedis } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createEventsDatabase } from '../test/events-database.ts';
import { type RunningCacheService, startCacheService } from '../test/start-cache-service.ts';

describe('cache-service', () => {
  let database: Awaited<ReturnType<typeof createEventsDatabase>>;
  let redis: Awaited<ReturnType<typeof startTestRedis>>;
  const services: RunningCacheService[] = [];

  /** Starts a replica whose cache behaves as if it received every invalidation. */
  const start = async (settings: { databaseUrl?: string } = {}) => {
    const service = await startCacheService({ databaseUrl: database.url, redisUrl: redis.url, ...settings });
    services.push(service);
    await service.app.get(CacheManager).feed.startEmpty();
    return service;
  };

  beforeEach(async () => {
    [database, redis] = await Promise.all([createEventsDatabase(), startTestRedis()]);
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.close()));
    await Promise.all([database.drop(), redis.stop()]);
  });

  it('lists the catalogue and reports which tier answered', async () => {
    const [first, second] = [await start(), await start()];
    const { status, body, cacheStatus } = await first.get('/v1/products');
    expect(status).toBe(200);
    expect(ProductList.parse(body).items).toEqual([
      { sku: 'GW-0001', name: 'Pen', price: { amount: 199, currency: 'EUR' }, stock: 10 },
      { sku: 'GW-0002', name: 'Ruler', price: { amount: 250, currency: 'EUR' }, stock: 7 },
    ]);
    expect(cacheStatus).toMatch(/^cache-service; fwd=miss; stored; ttl=(2[6-9]|30)$/);
    expect((await first.get('/v1/products')).cacheStatus).toMatch(/^cache-service; hit; ttl=\d+; detail=l1$/);
    expect((await second.get('/v1/products')).cacheStatus).toMatch(
      /^cache-service; hit; ttl=\d+; detail=l2$/,
    );
  });

  it.each([
    ['/v1/products', 'everything products'],
    ['/v1/products/GW-0001', 'everything product:GW-0001'],
    ['/v1/sales/top-products?limit=2', 'everything top-products'],
  ])('lets an edge keep %s until a purge, and revalidate it', async (path, keys) => {
    const [service, other] = [await start(), await start()];
    const { headers, body } = await service.get(path);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toMatch(
      /^public, max-age=0, s-maxage=(2[6-9]|30), stale-while-revalidate=5, stale-if-error=300$/,
    );
    expect([headers.get('surrogate-key'), headers.get('xkey'), headers.get('vary')]).toEqual([
      keys,
      keys,
      null,
    ]);
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    expect((await other.get(path)).headers.get('etag')).toBe(etag);

    for (const field of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const unchanged = await service.get(path, { 'if-none-match': field });
      expect([unchanged.status, unchanged.headers.get('content-length')]).toEqual([304, null]);
      for (const name of ['etag', 'surrogate-key', 'xkey'])
        expect(unchanged.headers.get(name)).toBe(headers.get(name));
      expect(unchanged.headers.get('cache-control')).toContain('s-maxage=');
    }
    const changed = await service.get(path, { 'if-none-match': '"other"' });
    expect([changed.status, changed.body]).toEqual([200, body]);
  });

  it('gives a changed product another entity tag', async () => {
    const service = await start();
    const before = (await service.get('/v1/products/GW-0001')).headers.get('etag') ?? '';
    await database.setStock('GW-0001', 9);
    await service.app.get(CacheManager).invalidate({ tags: ['product:GW-0001'] });
    const after = await service.get('/v1/products/GW-0001', { 'if-none-match': before });
    expect([after.status, after.body['stock']]).toEqual([200, 9]);
    expect(after.headers.get('etag')).not.toBe(before);
  });

  it('lets an edge keep the absence of a product for a short time, and no other error', async () => {
    const service = await start();
    const { status, headers } = await service.get('/v1/products/GW-9999', { 'if-none-match': '*' });
    expect([status, headers.get('etag')]).toEqual([404, null]);
    expect(headers.get('cache-control')).toMatch(/^public, max-age=0, s-maxage=[1-5]$/);
    expect(headers.get('surrogate-key')).toBe('everything product:GW-9999');
    for (const path of ['/v1/products/malformed', '/v1/unknown', '/v1/sales/top-products?limit=0'])
      expect((await service.get(path)).headers.get('cache-control')).toBe('no-store');
  });

  it('counts hits, loads and changes', async () => {
    const service = await start();
    for (let call = 0; call < 3; call += 1) await service.get('/v1/products');
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    for (const line of [
      'cache_l1_hits_total 2',
      'cache_loads_total 1',
      'cache_changes_total 1',
      'cache_l1_entries 1',
    ])
      expect(metrics.split('\n')).toContain(line);
  });

  it('reads one product, and caches the absence of a product for a short time', async () => {
    const service = await start();
    expect(Product.parse((await service.get('/v1/products/GW-0002')).body).stock).toBe(7);
    const absent = await service.get('/v1/products/GW-9999');
    expect(absent).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(absent.cacheStatus).toMatch(/fwd=miss; stored; ttl=[3-5]$/);
    expect((await service.get('/v1/products/GW-9999')).cacheStatus).toMatch(/hit; ttl=[0-5]; detail=l1$/);
  });

  it.each([
    ['gw-0001', 'invalid-id'],
    ['GW%200001', 'invalid-id'],
    ['-', 'invalid-id'],
    [`X${'0'.repeat(64)}`, 'invalid-id'],
    ['%00', 'malformed-request'],
  ])('refuses the malformed sku %s without a read of the cache or the source', async (sku, wanted) => {
    const service = await start();
    const { status, body, cacheStatus } = await service.get(`/v1/products/${sku}`);
    expect({ status, code: body['code'], cacheStatus }).toEqual({
      status: 400,
      code: wanted,
      cacheStatus: null,
    });
  });

  it('lists best sellers by units, then sku, from one cached list', async () => {
    const service = await start();
    const all = await service.get('/v1/sales/top-products');
    expect(TopProducts.parse(all.body).items.map(({ sku, unitsSold }) => [sku, unitsSold])).toEqual([
      ['GW-0002', 9],
      ['GW-0001', 5],
      ['GW-0003', 5],
    ]);
    const two = await service.get('/v1/sales/top-products?limit=2');
    expect((two.body['items'] as unknown[]).length).toBe(2);
    expect(two.cacheStatus).toContain('hit');
  });

  it.each(['limit=0', 'limit=101', 'limit=1.5', 'limit=ten', 'limit=', 'page=2'])(
    'refuses the query %s',
    async (query) => {
      const service = await start();
      const { status, body } = await service.get(`/v1/sales/top-products?${query}`);
      expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'invalid-request' });
      expect(body['errors']).toHaveLength(1);
    },
  );

  it('sends one query for 200 concurrent requests', async () => {
    const service = await start();
    await database.query(`
      CREATE TABLE asked (at timestamptz DEFAULT clock_timestamp());
      CREATE FUNCTION note() RETURNS int LANGUAGE plpgsql VOLATILE AS
        'BEGIN INSERT INTO asked DEFAULT VALUES; PERFORM pg_sleep(0.05); RETURN 1; END';
      CREATE OR REPLACE VIEW read_model.products AS
        SELECT sku, name, price_amount, price_currency, stock FROM product, (SELECT note() OFFSET 0) AS noted;`);
    const answers = await Promise.all(Array.from({ length: 200 }, () => service.get('/v1/products')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await database.query('SELECT 1 FROM asked')).rowCount).toBe(1);
    expect(answers.filter(({ cacheStatus }) => cacheStatus?.includes('collapsed')).length).toBeGreaterThan(0);
  });

  it('starts, serves and is ready without Redis, and uses Redis once it is available', async () => {
    await redis.kill();
    const service = await start();
    expect((await service.get('/v1/products')).status).toBe(200);
    expect(await service.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { 'redis-cache': { status: 'failed' } } },
    });
    await redis.restart();
    await eventually(async () => {
      const { checks } = (await service.get('/health/ready')).body as Record<
        string,
        Record<string, { status: string }>
      >;
      return checks?.['redis-cache']?.status === 'ok';
    });
  });

  it('answers 503 `unavailable` while the source is down, and serves cached entries', async () => {
    const server = await startTestPostgres();
    const client = new Client(server.url);
    await client.connect();
    await client.query(`CREATE SCHEMA read_model;
      CREATE VIEW read_model.products AS SELECT 'GW-0001' AS sku, 'Pen' AS name, 199::bigint AS price_amount,
        'EUR' AS price_currency, 10 AS stock`);
    await client.end();
    const service = await start({ databaseUrl: server.url });
    await service.get('/v1/products');
    expect((await service.get('/health/ready')).status).toBe(200);

    await server.kill();
    const absent = await service.get('/v1/products/GW-0001');
    expect(absent).toMatchObject({ status: 503, body: { code: 'unavailable', retryable: true } });
    expect(absent.headers.get('retry-after')).toBe('1');
    expect(absent.headers.get('cache-control')).toBe('no-store');
    expect((await service.get('/v1/products')).cacheStatus).toContain('detail=l1');
    expect(await service.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'degraded' } });

    await server.restart();
    await eventually(async () => (await service.get('/v1/products/GW-0001')).status === 200);
    await service.close();
    await server.stop();
  });

  it('is not ready before it has reached its source once', async () => {
    const service = await start({ databaseUrl: 'postgres://nobody@127.0.0.1:1/nowhere' });
    expect((await service.get('/health/ready')).status).toBe(503);
    expect((await service.get('/health/live')).status).toBe(200);
  });
});
