import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { CacheManager } from '../../cache-manager.ts';
import { MANAGER, NEEDS_MANAGER } from './cached.decorator.ts';

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
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {}

  /** Gives the manager to all singletons with decorated methods. @throws {Error} for one that is created for each request */
  onModuleInit(): void {
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const prototype = wrapper.metatype?.prototype as object | undefined;
      if (prototype === undefined || !this.#needsManager(prototype)) continue;
      if (!wrapper.isDependencyTreeStatic())
        throw new Error(
          `${wrapper.name}: @Cached and @Invalidates need a singleton, but it is created for each request; move the methods to another provider`,
        );
      Object.defineProperty(wrapper.instance, MANAGER, { value: this.cache });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.cache.close();
  }

  #needsManager(prototype: object): boolean {
    return this.scanner
      .getAllMethodNames(prototype)
      .some((name) => Reflect.hasMetadata(NEEDS_MANAGER, Reflect.get(prototype, name) as object));
  }
}
