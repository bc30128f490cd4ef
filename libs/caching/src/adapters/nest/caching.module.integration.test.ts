import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  Post,
  type Provider,
  Scope,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CacheManager } from '../../cache-manager.ts';
import { MemoryTier } from '../../tiers/memory-tier.ts';
import { Cached, CachingModule, Invalidates, useCache } from './index.ts';

let loads: string[];
let prices: Map<string, number>;
let failure: Error | undefined;

@Injectable()
class Prices {
  @Cached({ key: (sku: string) => `price:${sku}`, tags: (sku: string) => [`product:${sku}`], ttlMs: 60_000 })
  async priceOf(sku: string): Promise<{ sku: string; price: number } | undefined> {
    loads.push(sku);
    const price = prices.get(sku);
    return price === undefined ? undefined : { sku, price };
  }

  @Invalidates((sku: string) => ({ tags: [`product:${sku}`] }))
  async change(sku: string, price: number): Promise<number> {
    prices.set(sku, price);
    if (failure !== undefined) throw failure;
    return price;
  }
}

@Controller('prices')
class PricesController {
  constructor(@Inject(Prices) private readonly prices: Prices) {}

  @Get(':sku')
  async price(@Param('sku') sku: string) {
    return this.prices.priceOf(sku);
  }

  @Cached({ key: () => 'count', ttlMs: 60_000 })
  @Get()
  async count(): Promise<{ count: number }> {
    loads.push('count');
    return { count: prices.size };
  }

  @Post(':sku/:price')
  async change(@Param('sku') sku: string, @Param('price') price: string) {
    return { price: await this.prices.change(sku, Number(price)) };
  }
}

@Injectable()
class MorePrices extends Prices {
  override async priceOf(sku: string) {
    return super.priceOf(sku);
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class Transient {
  @Cached({ key: () => 'k', ttlMs: 1_000 })
  async read(): Promise<number> {
    return 1;
  }
}

@Injectable({ scope: Scope.REQUEST })
class OfRequest {
  @Cached({ key: () => 'k', ttlMs: 1_000 })
  async read(): Promise<number> {
    return 1;
  }
}

describe('the module', () => {
  let cache: CacheManager;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(() => {
    loads = [];
    prices = new Map([['pen', 199]]);
    failure = undefined;
    cache = new CacheManager({ memory: new MemoryTier() });
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function start(providers: Provider[] = [Prices]) {
    @Module({
      imports: [CachingModule.forRootAsync({ useFactory: async () => ({ cache }) })],
      controllers: providers.includes(Prices) ? [PricesController] : [],
      providers,
    })
    class Application {}
    const application = await NestFactory.create(Application as Type, new FastifyAdapter(), {
      ...{ logger: false, abortOnError: false },
    });
    closing.push(() => application.close());
    await application.listen(0, '127.0.0.1');
    const url = await application.getUrl();
    const send = async (path: string, method = 'GET') => {
      const response = await fetch(`${url}/${path}`, { method });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    };
    return { application, send };
  }

  it('caches the results of a method by its arguments', async () => {
    prices.set('ink', 250);
    const { send } = await start();
    for (const [sku, price] of prices)
      for (let call = 0; call < 3; call += 1)
        expect(await send(`prices/${sku}`)).toEqual({ status: 200, body: { sku, price } });
    expect(loads).toEqual(['pen', 'ink']);
  });

  it('loads once for calls at the same time', async () => {
    const { application } = await start();
    const service = application.get(Prices);
    await Promise.all(Array.from({ length: 100 }, () => service.priceOf('pen')));
    expect(loads).toEqual(['pen']);
  });

  it('caches no undefined', async () => {
    const { application } = await start();
    const service = application.get(Prices);
    expect([await service.priceOf('none'), await service.priceOf('none')]).toEqual([undefined, undefined]);
    expect(loads).toEqual(['none', 'none']);
  });

  it('invalidates after a change, and also after one that has failed: it may be committed', async () => {
    const { send } = await start();
    await send('prices/pen');
    expect((await send('prices/pen/299', 'POST')).status).toBe(201);
    expect((await send('prices/pen')).body).toMatchObject({ price: 299 });
    failure = new Error('the answer was lost');
    expect((await send('prices/pen/399', 'POST')).status).toBe(500);
    expect((await send('prices/pen')).body).toMatchObject({ price: 399 });
  });

  it('keeps what other decorators say about a method', async () => {
    const { send } = await start();
    for (let call = 0; call < 2; call += 1) expect((await send('prices')).body).toEqual({ count: 1 });
    expect(loads).toEqual(['count']);
  });

  it('provides the manager, and closes it at the shutdown', async () => {
    const close = jest.spyOn(cache, 'close');
    const { application } = await start();
    expect(application.get(CacheManager)).toBe(cache);
    expect(close).not.toHaveBeenCalled();
    await closing.pop()?.();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['a factory', { provide: 'prices', useFactory: async () => new Prices() }],
    ['a value', { provide: 'prices', useValue: Object.freeze(new Prices()) }],
    ['a subclass that overrides a method', { provide: 'prices', useClass: MorePrices }],
  ])('serves a provider from %s', async (_what, provider) => {
    const { application } = await start([provider]);
    const service = application.get<Prices>('prices');
    await service.priceOf('pen');
    await service.priceOf('pen');
    expect(loads).toEqual(['pen']);
  });

  it.each([
    ['request', OfRequest],
    ['injection', Transient],
  ])(
    'refuses a provider that is created for each %s, when the application starts',
    async (_what, provider) => {
      await expect(start([provider])).rejects.toThrow(
        `${provider.name}: @Cached and @Invalidates need a singleton`,
      );
    },
  );

  it('refuses an invalid target before the method changes anything', async () => {
    const { application } = await start();
    await expect(application.get(Prices).change('', 1)).resolves.toBe(1);
    await expect(application.get(Prices).change('x'.repeat(2_000), 1)).rejects.toThrow(RangeError);
    expect(prices.has('x'.repeat(2_000))).toBe(false);
  });

  it('works without the module when a test gives the manager', async () => {
    const service = new Prices();
    useCache(service, cache);
    await service.priceOf('pen');
    await service.priceOf('pen');
    expect(loads).toEqual(['pen']);
    expect(() => useCache(service, new CacheManager({ memory: new MemoryTier() }))).toThrow('another cache');
  });

  it('says what to do when a class was created without the module', async () => {
    await expect(new Prices().priceOf('pen')).rejects.toThrow(
      'Prices.priceOf: no cache; import CachingModule',
    );
  });
});
