import { type ChildProcess } from 'node:child_process';
import { spawnProgram } from '@groundwork/testing';

/** Starts the service as a separate process that a test can kill. Its broker address is dead, so its outbox stays full. */
export function spawnEventProcessor(databaseUrl: string): ChildProcess {
  return spawnProgram(new URL('../src/main.ts', import.meta.url), [], {
    environment: {
      LISTEN_ADDRESS: '127.0.0.1:0',
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: '127.0.0.1:9',
      LOG_LEVEL: 'error',
    },
  });
}
