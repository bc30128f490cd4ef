import 'reflect-metadata';
import { type Server } from 'node:http';
import { type DynamicModule, type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type CustomTransportStrategy } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { answerUnreadableRequest } from '../problems/unreadable-request.ts';
import { acceptJsonOnly } from '../problems/json-body.parser.ts';
import { answerRefusedPath, refuseMalformedUrls } from '../problems/malformed-url.ts';
import { ConnectionDrain } from '../connections/connection-drain.ts';
import { addRequestContext } from '../context/request-context.hook.ts';
import { LOGGER, type Logger } from '../logging/logger.ts';
import { NestLogger } from '../logging/nest-logger.ts';
import { Metrics } from '../metrics/metrics.ts';
import { addRequestMetrics } from '../metrics/request-metrics.hook.ts';
import { ProblemFilter } from '../problems/problem.filter.ts';
import { ServiceKitModule } from '../service-kit.module.ts';
import { Shutdown } from '../shutdown/shutdown.ts';
import { interceptingServer, type RequestInterceptor } from './intercepting-server.ts';

export interface CreateServiceOptions {
  readonly module: DynamicModule | Type;
  readonly logger: Logger;
  /** The consumers of the service, created after its providers. */
  readonly strategies?: (app: INestApplicationContext) => readonly CustomTransportStrategy[];
  /** A hot path in front of Fastify, created after the providers of the service. */
  readonly interceptor?: (app: INestApplicationContext) => RequestInterceptor;
  /** Default: 1 MiB. */
  readonly bodyLimitBytes?: number;
}

@Module({})
class RootModule {}

/** Builds a service without starting it: HTTP, consumers, problems, context, metrics and the shutdown steps. */
export async function createService(options: CreateServiceOptions): Promise<NestFastifyApplication> {
  const front = interceptingServer();
  const adapter = new FastifyAdapter({
    ...(options.interceptor !== undefined && { serverFactory: front.serverFactory }),
    clientErrorHandler: answerUnreadableRequest,
    frameworkErrors: answerRefusedPath,
    bodyLimit: options.bodyLimitBytes ?? 1_048_576,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  });
  const root = { module: RootModule, imports: [ServiceKitModule.with(options.logger), options.module] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    logger: new NestLogger(options.logger),
    abortOnError: false,
  });
  const fastify = adapter.getInstance();
  acceptJsonOnly(fastify as never);
  addRequestContext(fastify as never);
  refuseMalformedUrls(fastify as never);
  addRequestMetrics(fastify as never, app.get(Metrics));
  app.useGlobalFilters(new ProblemFilter(app.get<Logger>(LOGGER)));
  if (options.interceptor !== undefined) front.intercept(options.interceptor(app));

  const shutdown = app.get(Shutdown);
  const drain = new ConnectionDrain(fastify.server as Server);
  shutdown.on('stop-accepting', 'http', () => {
    drain.begin();
    return fastify.close();
  });
  for (const strategy of options.strategies?.(app) ?? []) {
    const microservice = app.connectMicroservice({ strategy }, { inheritAppConfig: false });
    shutdown.on('drain-consumers', 'consumer', () => microservice.close());
  }
  shutdown.on('close-pools', 'nest', () => app.close());
  return app;
}
