import { setTimeout as delay } from 'node:timers/promises';
import { type DataSource, type MigrationInterface, QueryFailedError } from 'typeorm';
import { readSchemaState } from './schema-ledger.ts';
import { withAdvisoryLock } from './with-advisory-lock.ts';

export interface MigrateOptions {
  /** How long a migration may wait for a lock. Default: 2000. Every request to the table waits behind it. */
  readonly lockTimeoutMs?: number;
  /** How long migrations that met a lock are retried. Default: 60000. */
  readonly patienceMs?: number;
}

/** The advisory lock that a migrating run holds in its database. Any constant works. */
const MIGRATION_LOCK = 4_110_001;
const LOCK_NOT_AVAILABLE_SQLSTATE = '55P03';

/**
 * Brings the schema of a database up to date and closes the data source. Each migration is one transaction together with its
 * entry in `migration_ledger`, or may be run again, so a run that was interrupted continues where it stopped. Concurrent
 * runs wait for each other; the later ones find nothing to do.
 *
 * A migration that waits for a lock makes all requests to its table wait behind it, for as long as the slowest transaction
 * lasts. So it gives up early, lets the requests pass, and is retried.
 *
 * @returns the names of the migrations that this run has applied
 */
export async function migrateDatabase(
  dataSource: DataSource,
  { lockTimeoutMs = 2_000, patienceMs = 60_000 }: MigrateOptions = {},
): Promise<string[]> {
  dataSource.setOptions({ extra: { ...(dataSource.options.extra as object), lock_timeout: lockTimeoutMs } });
  await dataSource.initialize();
  dataSource.migrations.filter(({ transaction }) => transaction === false).forEach(waitForLocks);
  const lock = dataSource.createQueryRunner();
  try {
    return await withAdvisoryLock(lock, MIGRATION_LOCK, async () => {
      const { pending } = await readSchemaState(dataSource);
      await runMigrations(dataSource, performance.now() + patienceMs);
      return [...pending];
    });
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}

async function runMigrations(dataSource: DataSource, untilMs: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await dataSource.runMigrations();
      return;
    } catch (error) {
      if (!isLocked(error) || performance.now() >= untilMs) throw error;
    }
    await delay(Math.min(5_000, 100 * 2 ** attempt) * Math.random());
  }
}

const isLocked = (error: unknown) =>
  error instanceof QueryFailedError &&
  (error.driverError as { code?: unknown }).code === LOCK_NOT_AVAILABLE_SQLSTATE;

/** Removes the limit for a migration without a transaction: no request waits behind the index that it creates. */
function waitForLocks(migration: MigrationInterface): void {
  const up = migration.up.bind(migration);
  migration.up = async (runner) => {
    await runner.query('set lock_timeout = 0');
    await up(runner);
    await runner.query('reset lock_timeout');
  };
}
