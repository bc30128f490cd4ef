import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { CacheManager } from '../../cache-manager.ts';
import { NEEDS_MANAGER, useCache } from './cached.decorator.ts';

export interface CachingOptions {
  /** The module closes it when the application shuts down. Close its tier afterwards. */
  readonly cache: CacheManager;
}

export interface AsyncCachingOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: FactoryProvider<CachingOptions>['useFactory'];
}

const OPTIONS = Symbol('CachingOptions');

/** Provides the `CacheManager` to the whole application, and to the methods with `@Cached` and `@Invalidates`. */
@Module({ imports: [DiscoveryModule] })
export class CachingModule implements OnModuleInit, OnApplicationShutdown {
  static forRoot(options: CachingOptions): DynamicModule {
    return CachingModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: AsyncCachingOptions): DynamicModule {
    return {
      module: CachingModule,
      global: true,
      imports,
      providers: [
        { provide: OPTIONS, inject, useFactory },
        { provide: CacheManager, inject: [OPTIONS], useFactory: ({ cache }: CachingOptions) => cache },
      ],
      exports: [CacheManager],
    };
  }

  constructor(
    @Inject(CacheManager) private readonly cache: CacheManager,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
  ) {}

  /** Gives the manager to all providers and controllers with decorated methods. @throws {Error} for one that is not created once */
  onModuleInit(): void {
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const instance: unknown = wrapper.instance;
      if (typeof instance !== 'object' || instance === null || !Reflect.hasMetadata(NEEDS_MANAGER, instance))
        continue;
      if (!wrapper.isDependencyTreeStatic() || wrapper.isTransient)
        throw new Error(
          `${wrapper.name}: @Cached and @Invalidates need a singleton, but it is created several times; move the methods to another provider`,
        );
      useCache(instance, this.cache);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.cache.close();
  }
}
