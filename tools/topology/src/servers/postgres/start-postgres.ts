import { dirname, join } from 'node:path';
import { freePort } from '../process/free-port.ts';
import { Server } from '../server.ts';
import { isPostgresReady } from './is-postgres-ready.ts';
import { postgresLaunch } from './postgres-launch.ts';
import { preparePostgres } from './prepare-postgres.ts';

const SETTINGS = ['max_connections=200', 'max_prepared_transactions=20', 'shared_buffers=64MB'];

/**
 * Settings for servers that a test owns. Data survives the death of any process (committed pages are in the page cache), but
 * not of the machine, so tests do not wait for a disk. Shared memory is in the server's own folder, because POSIX shared
 * memory outlives a killed server.
 */
const FOR_TESTS = ['fsync=off', 'full_page_writes=off', 'dynamic_shared_memory_type=mmap'];

export interface StartPostgresOptions {
  readonly folder: string;
  /** Whether a commit waits for the disk, as in production; for measurements. Default: false. */
  readonly durable?: boolean;
  /** Further settings, e.g. `max_prepared_transactions=0`. They override the settings of every test's server. */
  readonly settings?: readonly string[];
}

/**
 * Starts a Postgres 17 on a free port with its cluster in `folder`. Its user and password are `groundwork`, its database is
 * `postgres`.
 */
export async function startPostgres({
  folder,
  durable = false,
  settings = [],
}: StartPostgresOptions): Promise<Server & { url: string }> {
  const account = { user: 'groundwork', password: 'groundwork', database: 'postgres' };
  await preparePostgres(folder, account, { durable });
  const port = await freePort();
  const launch = postgresLaunch(
    folder,
    port,
    [...SETTINGS, ...(durable ? [] : FOR_TESTS), ...settings].flatMap((setting) => ['-c', setting]),
  );
  const server = await Server.start({
    name: 'postgres',
    port,
    logFile: join(dirname(folder), 'postgres.log'),
    launch: { ...launch, orphanSignal: 'SIGQUIT' },
    isReady: () => isPostgresReady(port, { user: account.user }),
  });
  return Object.assign(server, { url: `postgres://groundwork:groundwork@127.0.0.1:${port}/postgres` });
}
