import 'reflect-metadata';
import { postgresUrl, runJob } from '@groundwork/service-kit';
import { VSchemaRouter } from '@groundwork/sharding';
import { z } from 'zod';
import { runBackfill } from './backfill-lookups/run-backfill.ts';
import { seedCatalogue } from './read-catalogue/seed-catalogue.ts';
import { rememberVSchema } from './routing/remember-vschema.ts';
import { vschemaFile } from './routing/vschema-file.ts';
import { checkTables } from './storage/check-tables.ts';
import { planMigrations } from './storage/directory/plan-migrations.ts';
import { prepareDatabases } from './storage/directory/prepare-databases.ts';
import { registeredShards } from './storage/directory/registered-shards.ts';
import { shardUrls } from './storage/shard-urls.ts';
import { slotMapText } from './storage/slot-map-text.ts';

const environment = z
  .object({
    DIRECTORY_URL: postgresUrl,
    SHARD_URLS: shardUrls,
    SLOT_MAP: slotMapText,
    VSCHEMA_FILE: vschemaFile,
  })
  .superRefine(({ SHARD_URLS, SLOT_MAP }, context) => {
    for (const shard of SLOT_MAP.shards) {
      if (SHARD_URLS.has(shard)) continue;
      const message = `it names ${shard}, but SHARD_URLS has only ${[...SHARD_URLS.keys()].join(', ')}`;
      context.addIssue({ code: 'custom', path: ['SLOT_MAP'], message });
    }
  });

const isPlan = process.argv.includes('--plan');
/** Also writes the lookup rows of customers that instances of an older release have stored since the last run. */
const isAgain = process.argv.includes('--backfill-again');
/** Accepts a changed VSchema if it maps every stored row to the slot in which the row is stored. */
const acceptsVSchema = process.argv.includes('--accept-vschema');

await runJob('migrate-orders', environment, async (config, logger) => {
  const { DIRECTORY_URL, SHARD_URLS, SLOT_MAP, VSCHEMA_FILE } = config;
  const databases = { directoryUrl: DIRECTORY_URL, shardUrls: SHARD_URLS, firstMap: SLOT_MAP };
  if (!isPlan) {
    await prepareDatabases(databases, logger);
    const registered = [...(await registeredShards(DIRECTORY_URL))];
    const shards = new Map(registered.map(([name, url]) => [name, SHARD_URLS.get(name) ?? url]));
    await checkTables(shards);
    const router = new VSchemaRouter(VSCHEMA_FILE);
    await rememberVSchema({ directoryUrl: DIRECTORY_URL, shards, router, accept: acceptsVSchema });
    await seedCatalogue(DIRECTORY_URL, router);
    return runBackfill({ directoryUrl: DIRECTORY_URL, router, logger, again: isAgain });
  }
  for (const line of await planMigrations(databases)) process.stdout.write(`${line}\n`);
});
