import { type DynamicModule, Global, Module } from '@nestjs/common';
import { HealthRegistry } from './health/health-registry.ts';
import { HealthController } from './health/health.controller.ts';
import { LOGGER, type Logger } from './logging/logger.ts';
import { Metrics } from './metrics/metrics.ts';
import { MetricsController } from './metrics/metrics.controller.ts';
import { Shutdown } from './shutdown/shutdown.ts';

/** Provides what every service has: logger, health, metrics and ordered shutdown. `startService` includes it. */
@Global()
@Module({})
export class ServiceKitModule {
  static with(logger: Logger): DynamicModule {
    return {
      module: ServiceKitModule,
      controllers: [HealthController, MetricsController],
      providers: [{ provide: LOGGER, useValue: logger }, HealthRegistry, Metrics, Shutdown],
      exports: [LOGGER, HealthRegistry, Metrics, Shutdown],
    };
  }
}
