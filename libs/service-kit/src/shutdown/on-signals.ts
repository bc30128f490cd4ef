import { type Logger } from '../logging/logger.ts';
import { type Shutdown } from './shutdown.ts';

/** SIGTERM and SIGINT end the process in order; one that is not done in time is ended all the same, with status 1. */
export function shutDownOnSignals(shutdown: Shutdown, timeoutMs: number, logger: Logger): void {
  const end = (signal: NodeJS.Signals) => {
    if (shutdown.isRunning) return;
    logger.info({ signal }, 'shutting down');
    setTimeout(() => {
      logger.error({ timeoutMs }, 'shutdown took too long');
      process.exit(1);
    }, timeoutMs).unref();
    void shutdown.run().then((clean) => {
      logger.info({ clean }, 'shut down');
      process.exit(clean ? 0 : 1);
    });
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}
