import { type Logger } from '../logging/logger.ts';
import { type Shutdown } from './shutdown.ts';

/** Runs the shutdown on SIGTERM and SIGINT. If it takes longer than `timeoutMs`, the process exits with status 1. */
export function shutDownOnSignals(shutdown: Shutdown, timeoutMs: number, logger: Logger): void {
  const end = (signal: NodeJS.Signals) => {
    if (shutdown.isRunning) return;
    logger.info({ signal }, 'shutting down');
    setTimeout(() => {
      logger.error({ timeoutMs }, 'shutdown timed out; exiting with status 1');
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
