import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ratePolicy } from '../../gcra/rate-policy.ts';
import { Limiter } from '../../limiter/limiter.ts';
import { RatePlans } from '../../limiter/rate-plans.ts';
import { LocalLimitStore } from '../../stores/local-limit-store.ts';
import { byHeader, type LimitedRequest } from './keys-of-requests.ts';
import { RateLimit, SkipRateLimit } from './rate-limit.decorator.ts';
import { RateLimitingModule, type RateLimitingOptions } from './rate-limiting.module.ts';

const slow = (name: string, capacity: number) => ratePolicy({ name, capacity, ratePerSecond: 0.01 });
const [EVERY, VOUCHERS, EXPORTS, FREE, PAID] = [
  slow('every', 5),
  slow('vouchers', 2),
  slow('exports', 10),
  slow('requests', 1),
  slow('requests', 3),
];
const CLOSED = ratePolicy({ name: 'closed', capacity: 1, ratePerSecond: 1, whenStoreFails: 'closed' });
const plans = new RatePlans({
  plans: { free: [FREE], paid: [PAID] },
  planOf: ({ headers }: LimitedRequest) => (headers['x-api-key'] === 'of-acme' ? 'paid' : 'free'),
});

@Controller()
class Shop {
  @Get('products')
  products() {
    return 'products';
  }

  @RateLimit({ policies: [VOUCHERS] })
  @Get('vouchers')
  vouchers() {
    return 'vouchers';
  }

  @RateLimit({ policies: [EXPORTS], costOf: ({ headers }) => Number(headers['x-rows']) })
  @Get('exports')
  exports() {
    return 'exports';
  }

  @RateLimit({ policies: (request) => plans.policiesOf(request), keyOf: byHeader('X-Api-Key') })
  @Get('partners')
  partners() {
    return 'partners';
  }

  @RateLimit({ policies: [CLOSED] })
  @Get('closed')
  closed() {
    return 'closed';
  }

  @SkipRateLimit()
  @Get('health')
  health() {
    return 'healthy';
  }
}

@RateLimit({ policies: [VOUCHERS] })
@Controller('admin')
class Admin {
  @Get()
  admin() {
    return 'admin';
  }
}

describe('the guard', () => {
  let application: INestApplication | undefined;
  let store: LocalLimitStore;
  afterEach(() => application?.close());

  /** Starts an application. Its clock stands still. */
  async function start(
    rules: RateLimitingOptions['rules'] = [],
  ): Promise<(path: string, headers?: Record<string, string>) => Promise<Response>> {
    store = new LocalLimitStore({ now: () => 0 });
    const limiter = new Limiter({ store, processes: 1 });
    const useFactory = () => ({ limiter, rules });
    @Module({ imports: [RateLimitingModule.forRootAsync({ useFactory })], controllers: [Shop, Admin] })
    class Application {}
    application = await NestFactory.create(Application as Type, new FastifyAdapter(), { logger: false });
    await application.listen(0, '127.0.0.1');
    const url = await application.getUrl();
    return (path, headers = {}) => fetch(`${url}/${path}`, { headers });
  }

  const statuses = async (responses: Promise<Response>[]) =>
    (await Promise.all(responses)).map(({ status }) => status).sort((a, b) => a - b);

  it('admits the capacity, then refuses with the problem of the draft and its fields', async () => {
    const get = await start();
    const first = await get('vouchers');
    expect([first.status, first.headers.get('ratelimit'), first.headers.get('ratelimit-policy')]).toEqual([
      ...[200, '"vouchers";r=1;t=100', '"vouchers";q=2;w=200'],
    ]);
    await get('vouchers');
    const refused = await get('vouchers');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '100']);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toEqual({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      title: 'Request cannot be satisfied as assigned quota has been exceeded',
      status: 429,
      'violated-policies': ['vouchers'],
    });
    expect((await get('products')).status).toBe(200);
  });

  it('counts a request by the rules of module and handler together, or by none', async () => {
    const get = await start([{ policies: [EVERY] }]);
    const both = await statuses(Array.from({ length: 4 }, () => get('vouchers')));
    expect(both).toEqual([200, 200, 429, 429]);
    const other = await get('products');
    expect([other.status, other.headers.get('ratelimit')]).toEqual([200, '"every";r=2;t=300']);
  });

  it('applies the rules of a controller to its handlers', async () => {
    const get = await start();
    expect(await statuses([get('admin'), get('admin'), get('admin')])).toEqual([200, 200, 429]);
  });

  it('takes the cost of a request, and refuses an invalid cost before anything is counted', async () => {
    const get = await start();
    expect((await get('exports', { 'x-rows': '7' })).status).toBe(200);
    expect((await get('exports', { 'x-rows': '4' })).status).toBe(429);
    expect((await get('exports', { 'x-rows': '-1' })).status).toBe(500);
    expect((await get('exports', { 'x-rows': '11' })).status).toBe(400);
    expect((await get('exports', { 'x-rows': '3' })).status).toBe(200);
  });

  it('counts each API key under its plan, and requests without a key by their address', async () => {
    const get = await start();
    const as = (key: string) => Array.from({ length: 4 }, () => get('partners', { 'x-api-key': key }));
    expect(await statuses(as('of-acme'))).toEqual([200, 200, 200, 429]);
    expect(await statuses(as('of-visitor'))).toEqual([200, 429, 429, 429]);
    expect(await statuses([get('partners'), get('partners')])).toEqual([200, 429]);
    expect((await get('partners', { 'x-api-key': 'k'.repeat(8_000) })).status).toBe(200);
  });

  it('counts a key once when several rules count it under one policy', async () => {
    const [byKey, byAddress] = [{ policies: [EVERY], keyOf: byHeader('x-api-key') }, { policies: [EVERY] }];
    const get = await start([byKey, byAddress, { ...byAddress, costOf: () => 2 }]);
    expect((await get('products')).headers.get('ratelimit')).toBe('"every";r=3;t=200');
    const both = (await get('products', { 'x-api-key': 'k' })).headers.get('ratelimit');
    expect(both).toBe('"every";r=4;t=100, "every";r=1;t=400');
  });

  it('counts keys that are empty by address, and long ones by their digest', async () => {
    const keyOf = ({ headers }: LimitedRequest) => String(headers['x-name'] ?? '');
    const get = await start([{ policies: [EVERY], keyOf }]);
    for (const headers of [{}, { 'x-name': 'n'.repeat(5_000) }])
      expect((await get('products', headers)).headers.get('ratelimit')).toBe('"every";r=4;t=100');
  });

  it('exempts handlers with @SkipRateLimit', async () => {
    const get = await start([{ policies: [EVERY] }]);
    expect(await statuses(Array.from({ length: 10 }, () => get('health')))).toEqual(Array(10).fill(200));
    expect((await get('health')).headers.get('ratelimit')).toBeNull();
  });

  it('answers 503 instead of 429 when a closed policy cannot be counted', async () => {
    const get = await start();
    await store.close();
    const response = await get('closed');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await get('vouchers')).status).toBe(200);
  });
});
