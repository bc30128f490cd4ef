import { migrateDatabase } from '@groundwork/messaging';
import { runJob } from '@groundwork/service-kit';
import { z } from 'zod';
import { databaseEnvironment } from './config.ts';
import { eventsDataSource } from './storage/events-data-source.ts';

await runJob('migrate-events', z.object(databaseEnvironment), async ({ DATABASE_URL }, logger) => {
  const applied = await migrateDatabase(eventsDataSource({ url: DATABASE_URL, poolSize: 2 }));
  logger.info({ applied }, applied.length === 0 ? 'the schema is up to date' : 'migrated the schema');
});
