import { type AddShard } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';
import { SLOT_MAP_CHANNEL } from '@groundwork/sharding/postgres';
import { type Pool } from 'pg';
import { migrateDatabase } from '../storage/migrate-database.ts';
import { shardDataSource } from '../storage/shard-data-source.ts';
import { copyReferenceTables } from './copy-reference-tables.ts';
import { refuseUnusable } from './refuse-unusable.ts';

/**
 * Makes a database a shard that owns nothing yet: schema, reference tables, then its entry in the directory, from which every
 * process learns of it. Each step may be repeated, so a call that was cut off is made again.
 *
 * @throws {ProblemError} `shard-address-missing`, `shard-exists`, `shard-unreachable`, `shard-not-empty`, `shard-of-another-release`
 */
export async function addShard(
  directory: Pool,
  { name, url: wanted }: AddShard,
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const url = wanted ?? known.get(name) ?? refuseWithoutAddress(name);
  const { rows: shards } = await directory.query<{ name: string; url: string }>(
    'select name, url from shards',
  );
  const registered = shards.find((shard) => shard.name === name);
  if (registered !== undefined && wanted !== undefined && registered.url !== wanted) {
    throw new ProblemError({
      status: 409,
      code: 'shard-exists',
      detail: `There is a shard ${name} with another address already; choose another name.`,
    });
  }
  await refuseUnusable(name, url, shards);
  await migrateDatabase(shardDataSource({ url, poolSize: 2, connectTimeoutMs: 2_000 }));
  // A shard that serves has them, and is not to be kept from reading them.
  const template = registered === undefined ? shards[0] : undefined;
  if (template !== undefined) await copyReferenceTables(known.get(template.name) ?? template.url, url);
  await directory.query(
    `with added as (insert into shards (name, url) values ($1, $2) on conflict (name) do nothing)
     select pg_notify('${SLOT_MAP_CHANNEL}', '')`,
    [name, url],
  );
}

function refuseWithoutAddress(name: string): never {
  throw new ProblemError({
    status: 422,
    code: 'shard-address-missing',
    detail: `No address of ${name} is known: give one with "url", or start the service with it in SHARD_URLS.`,
  });
}
