import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { type Limiter } from '../../limiter/limiter.ts';
import { OPTIONS, RateLimitGuard } from './rate-limit.guard.ts';
import { type RateLimitRule } from './rate-limit-rule.ts';

export interface RateLimitingOptions {
  /** Close it when the application has stopped: the module does not own it. */
  readonly limiter: Limiter;
  /** Rules for every handler. Default: none; then only handlers with `@RateLimit` are limited. */
  readonly rules?: readonly RateLimitRule[];
}

export interface AsyncRateLimitingOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: FactoryProvider<RateLimitingOptions>['useFactory'];
}

/** Limits the HTTP handlers of the whole application. */
@Module({})
export class RateLimitingModule {
  static forRoot(options: RateLimitingOptions): DynamicModule {
    return RateLimitingModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: AsyncRateLimitingOptions): DynamicModule {
    return {
      module: RateLimitingModule,
      imports,
      providers: [
        { provide: OPTIONS, useFactory, inject },
        { provide: APP_GUARD, useClass: RateLimitGuard },
      ],
    };
  }
}
