import { type DynamicModule, type Type } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type z } from 'zod';
import { type CommonEnvironment, type commonEnvironment } from '../configuration/common-environment.ts';
import { createLogger } from '../logging/logger.ts';
import { shutDownOnSignals } from '../shutdown/on-signals.ts';
import { Shutdown } from '../shutdown/shutdown.ts';
import { createService, type CreateServiceOptions } from './create-service.ts';
import { exitOnBadConfiguration, parseEnvironmentOrExit } from './parse-environment-or-exit.ts';

export interface StartServiceOptions<S extends z.ZodObject> {
  readonly name: string;
  /** The service's environment, `commonEnvironment` included. */
  readonly environment: S;
  readonly module: (config: Readonly<z.output<S>>) => DynamicModule | Type;
  readonly strategies?: CreateServiceOptions['strategies'];
  readonly interceptor?: CreateServiceOptions['interceptor'];
  readonly bodyLimitBytes?: number;
}

/**
 * Starts a service: configuration → module → consumers → listen. If the start fails, it logs the reason in one line and
 * exits with status 1 (78 for a bad environment).
 */
export async function startService<S extends z.ZodObject<typeof commonEnvironment>>(
  options: StartServiceOptions<S>,
): Promise<NestFastifyApplication> {
  const config = parseEnvironmentOrExit(options.name, options.environment);
  const { LISTEN_ADDRESS, LOG_LEVEL, INSTANCE_ID, SHUTDOWN_TIMEOUT_MS } = config as CommonEnvironment;
  const logger = createLogger({ service: options.name, instance: INSTANCE_ID, level: LOG_LEVEL });
  try {
    const app = await createService({
      module: options.module(config),
      logger,
      ...(options.strategies !== undefined && { strategies: options.strategies }),
      ...(options.interceptor !== undefined && { interceptor: options.interceptor }),
      ...(options.bodyLimitBytes !== undefined && { bodyLimitBytes: options.bodyLimitBytes }),
    });
    shutDownOnSignals(app.get(Shutdown), SHUTDOWN_TIMEOUT_MS, logger);
    await app.startAllMicroservices();
    await app.listen(LISTEN_ADDRESS.port, LISTEN_ADDRESS.host);
    logger.info({ url: await app.getUrl() }, 'listening');
    return app;
  } catch (error) {
    exitOnBadConfiguration(options.name, error);
    logger.fatal({ err: error }, `${options.name} cannot start`);
    process.exit(1);
  }
}
