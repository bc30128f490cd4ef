import { Limiter } from '@groundwork/rate-limiting';
import { RedisLimitStore } from '@groundwork/rate-limiting/redis';
import { HealthRegistry, type Logger, LOGGER, Shutdown } from '@groundwork/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { makeOperatorKey } from './admission/make-operator-key.ts';
import { OperatorKey } from './admission/operator-key.ts';
import { type GatewayConfig } from './config.ts';
import { DiscoveryController } from './discovery/discovery.controller.ts';
import { Gateway } from './gateway.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { InboundLimit } from './limit/inbound-limit.ts';
import { LiveRoutes } from './routes/live-routes.ts';
import { type LoadedRoutes } from './routes/route.ts';
import { CONFIG, ROUTES } from './tokens.ts';

@Module({})
export class ApiGatewayModule {
  static with(config: GatewayConfig, loaded: LoadedRoutes): DynamicModule {
    return {
      module: ApiGatewayModule,
      controllers: [DiscoveryController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: ROUTES, useValue: loaded },
        {
          provide: OperatorKey,
          useFactory: (given: GatewayConfig, { routes }: LoadedRoutes, logger: Logger) =>
            makeOperatorKey(given, routes, logger),
          inject: [CONFIG, ROUTES, LOGGER],
        },
        {
          provide: InboundLimit,
          useFactory: connectLimit,
          inject: [CONFIG, HealthRegistry, Shutdown, LOGGER, GatewayMetrics],
        },
        LiveRoutes,
        GatewayMetrics,
        Gateway,
      ],
    };
  }
}

function connectLimit(
  config: GatewayConfig,
  health: HealthRegistry,
  shutdown: Shutdown,
  logger: Logger,
  metrics: GatewayMetrics,
) {
  const store = new RedisLimitStore({
    url: config.REDIS_STATE_URL,
    commandTimeoutMs: config.LIMIT_STORE_TIMEOUT_MS,
    onConnectionError: (err) =>
      logger.debug({ err }, 'the limit store is unavailable; the client reconnects'),
  });
  const limiter = new Limiter({
    store,
    processes: config.GATEWAY_PROCESSES,
    onShadowDenial: ({ policy }) => metrics.countShadowDenial(policy.name),
    onOutage: (err) =>
      logger.warn({ err }, 'the limit store does not answer; the policies decide until it answers again'),
    onRecovery: () => logger.info('the limit store answers again and decides about all requests'),
  });
  // Not critical: while the store is unavailable, local shares limit the requests.
  health.readiness('limit store', () => limiter.ping(), { critical: false });
  shutdown.on('close-pools', 'limit store', () => limiter.close());
  return new InboundLimit(limiter);
}
