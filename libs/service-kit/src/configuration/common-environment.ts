import { hostname } from 'node:os';
import { z } from 'zod';
import { durationMs, listenAddress } from './environment-types.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** The variables that every service reads. Spread them into the schema of the service. */
export const commonEnvironment = {
  LISTEN_ADDRESS: listenAddress,
  LOG_LEVEL: z.enum(LEVELS, { error: `expected one of ${LEVELS.join(', ')}` }).default('info'),
  INSTANCE_ID: z.string().min(1).default(hostname()),
  SHUTDOWN_TIMEOUT_MS: durationMs(20_000),
};

export type CommonEnvironment = z.output<z.ZodObject<typeof commonEnvironment>>;
