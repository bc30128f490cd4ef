import { type z } from 'zod';
import { createLogger, type Logger } from '../logging/logger.ts';
import { parseEnvironmentOrExit } from './parse-environment-or-exit.ts';

/** Runs a one-shot job (migrations, topics). Exit status: 0 for success, 1 for a failure, 78 for a bad environment. */
export async function runJob<S extends z.ZodObject>(
  name: string,
  environment: S,
  work: (config: Readonly<z.output<S>>, logger: Logger) => Promise<void>,
): Promise<void> {
  const config = parseEnvironmentOrExit(name, environment);
  const logger = createLogger({ service: name });
  try {
    await work(config, logger);
    logger.info('done');
    process.exit(0);
  } catch (error) {
    logger.fatal({ err: error }, `${name} failed`);
    process.exit(1);
  }
}
