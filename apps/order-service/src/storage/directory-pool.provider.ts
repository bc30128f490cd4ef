import { Shutdown } from '@groundwork/service-kit';
import { READ_COMMITTED_SESSION } from '@groundwork/sharding/postgres';
import { type Provider } from '@nestjs/common';
import { Pool } from 'pg';
import { CONFIG, type OrderServiceConfig } from '../config.ts';

/** The token of a small pool to the directory, for the requests of operators and the reports of instances. */
export const DIRECTORY_POOL = Symbol('DIRECTORY_POOL');

/** Use `SlotDirectory`, which answers from memory, to find slots. */
export const directoryPoolProvider: Provider = {
  provide: DIRECTORY_POOL,
  inject: [CONFIG, Shutdown],
  useFactory: (config: OrderServiceConfig, shutdown: Shutdown) => {
    const pool = new Pool({
      connectionString: config.DIRECTORY_URL,
      application_name: 'order-service',
      max: 2,
      connectionTimeoutMillis: 1_000,
      query_timeout: 2_500,
      statement_timeout: 2_000,
      // A transaction that its request has abandoned would keep its locks, and all moves would wait for them.
      idle_in_transaction_session_timeout: 5_000,
      keepAlive: true,
      options: READ_COMMITTED_SESSION,
    });
    // The next query replaces an idle connection that was lost with its server.
    pool.on('error', () => undefined);
    shutdown.on('close-pools', 'directory pool', () => pool.end());
    return pool;
  },
};
