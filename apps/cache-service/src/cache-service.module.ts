import { type DynamicModule, Module } from '@nestjs/common';
import { CacheMetrics } from './cache/cache-metrics.ts';
import { cacheProvider } from './cache/cache.provider.ts';
import { CachedReads } from './cache/cached-reads.ts';
import { CONFIG, type CacheServiceConfig } from './config.ts';
import { Views } from './count-views/views.ts';
import { ViewsController } from './count-views/views.controller.ts';
import { Hearing } from './invalidate-entry/hearing.ts';
import { Heartbeat } from './invalidate-entry/heartbeat.ts';
import { InvalidateWhenSourceChanged } from './invalidate-entry/invalidate-when-source-changed.ts';
import { NoticeHeartbeat } from './invalidate-entry/notice-heartbeat.ts';
import { Baskets } from './keep-baskets/baskets.ts';
import { BasketsController } from './keep-baskets/baskets.controller.ts';
import { Products } from './read-products/products.ts';
import { ProductsController } from './read-products/products.controller.ts';
import { TopProducts } from './read-top-products/top-products.ts';
import { TopProductsController } from './read-top-products/top-products.controller.ts';
import { Source } from './source/source.ts';
import { WriteBehindMetrics } from './write-behind/write-behind-metrics.ts';
import { writeBehindProvider } from './write-behind/write-behind.provider.ts';

@Module({})
export class CacheServiceModule {
  static with(config: CacheServiceConfig): DynamicModule {
    return {
      module: CacheServiceModule,
      controllers: [
        ProductsController,
        TopProductsController,
        ViewsController,
        BasketsController,
        InvalidateWhenSourceChanged,
        NoticeHeartbeat,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        cacheProvider,
        CacheMetrics,
        CachedReads,
        Source,
        Products,
        TopProducts,
        Hearing,
        Heartbeat,
        writeBehindProvider,
        WriteBehindMetrics,
        Views,
        Baskets,
      ],
    };
  }
}
