import { postgresUrl, runJob } from '@groundwork/service-kit';
import { z } from 'zod';
import { migrateCache } from './storage/migrate-cache.ts';

await runJob('migrate-cache', z.object({ DATABASE_URL: postgresUrl }), async ({ DATABASE_URL }, logger) => {
  const applied = await migrateCache(DATABASE_URL);
  logger.info({ applied }, applied.length === 0 ? 'the schema is up to date' : 'migrated the schema');
});
