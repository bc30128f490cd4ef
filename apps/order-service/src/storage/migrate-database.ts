import { withAdvisoryLock } from '@groundwork/messaging';
import { type DataSource } from 'typeorm';

/** Any constant: who migrates holds it. */
const MIGRATION_LOCK = 4_110_001;

/**
 * Brings the schema of a database, a shard or the directory, up to date. Each migration is one transaction together with its entry in `migration_ledger`, or may be run again, so
 * a run that was cut off goes on where it stopped. Runs at the same time wait for each other and then find nothing to do.
 *
 * @returns the names of the migrations that this run has applied
 */
export async function migrateDatabase(dataSource: DataSource): Promise<string[]> {
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    const applied = await withAdvisoryLock(lock, MIGRATION_LOCK, () => dataSource.runMigrations());
    return applied.map(({ name }) => name);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
