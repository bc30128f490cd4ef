import { DataSource } from 'typeorm';
import { WriteBehind1764600000001 } from './migrations/1764600000001-write-behind.ts';
import { SCHEMA } from './schema.ts';

/** Returns the data source for migrations of this service's schema, which must exist. Not yet connected. */
export function cacheDataSource(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'cache-service',
    poolSize: 2,
    connectTimeoutMS: 5_000,
    installExtensions: false,
    migrations: [WriteBehind1764600000001],
    migrationsTableName: 'migration_ledger',
    migrationsTransactionMode: 'each',
    logging: false,
    // The ledger of migrations is in this schema, too: event-processor has its own in `public`.
    extra: { options: `-c search_path=${SCHEMA}` },
  });
}
