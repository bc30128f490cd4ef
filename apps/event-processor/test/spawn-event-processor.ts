import { type ChildProcess } from 'node:child_process';
import { spawnProgram } from '@groundwork/testing';

/** The service as a process of its own, to be killed. No broker answers at its address, so its outbox stays full. */
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
