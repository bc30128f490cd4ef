import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The service as a process of its own, to be killed. Nothing answers where it looks for a broker, so its outbox stays full. */
export function spawnEventProcessor(databaseUrl: string): ChildProcess {
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const options = [
    '--conditions=@groundwork/source',
    `--import=${path('../../../tools/typescript-hooks.mjs')}`,
  ];
  return spawn(process.execPath, [...options, path('../src/main.ts')], {
    env: {
      ...process.env,
      NODE_OPTIONS: '--no-warnings',
      LISTEN_ADDRESS: '127.0.0.1:0',
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: '127.0.0.1:9',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
