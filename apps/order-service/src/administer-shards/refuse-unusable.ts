import { ProblemError } from '@groundwork/service-kit';
import { ShardNameError } from '@groundwork/sharding/postgres';
import { type Client } from 'pg';
import { SHARD_MIGRATIONS } from '../storage/shard-data-source.ts';
import { withClient } from './with-client.ts';

/** Throws, and changes nothing, when the database is foreign and not empty, or is already a shard. */
export async function refuseUnusable(
  name: string,
  url: string,
  shards: readonly { readonly name: string; readonly url: string }[],
): Promise<void> {
  try {
    await withClient(url, async (client) => {
      await refuseForeign(client, name);
      await refuseNamedOtherwise(client, name);
      if (!shards.some((shard) => shard.name === name)) await refuseUsed(client, name);
    });
  } catch (error) {
    if (error instanceof ProblemError || error instanceof ShardNameError) throw error;
    throw unusable(
      'shard-unreachable',
      `The database of ${name} cannot be used: ${(error as Error).message}.`,
      error,
    );
  }
}

async function refuseForeign(client: Client, name: string): Promise<void> {
  const { rows } = await client.query<{ table: string }>(
    `select relname as table from pg_class
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm') order by relname`,
  );
  const tables = rows.map(({ table }) => table);
  if (tables.length === 0) return;
  if (!tables.includes('migration_ledger')) {
    const some = tables.slice(0, 3).join(', ');
    throw unusable(
      'shard-not-empty',
      `The database of ${name} holds tables that are not a shard's (${some}): use an empty database.`,
    );
  }
  const ledger = await client.query<{ name: string }>('select name from migration_ledger');
  const known = new Set<string>(SHARD_MIGRATIONS.map((migration) => migration.name));
  const unknown = ledger.rows.find((migration) => !known.has(migration.name));
  if (unknown === undefined) return;
  throw unusable(
    'shard-of-another-release',
    `The database of ${name} has a migration that this release does not know (${unknown.name}): it belongs to another service or to a newer release.`,
  );
}

/** Compares the name stored in the database, because two spellings of an address may lead to one database. */
async function refuseNamedOtherwise(client: Client, name: string): Promise<void> {
  const { rows: tables } = await client.query<{ exists: boolean }>(
    `select to_regclass('shard_state') is not null as exists`,
  );
  if (tables[0]?.exists !== true) return;
  // Reads the row as a document: a database with an old schema lacks the column.
  const { rows } = await client.query<{ found: string | null }>(
    `select to_jsonb(shard_state) ->> 'name' as found from shard_state`,
  );
  const found = rows[0]?.found ?? name;
  if (found !== name) throw new ShardNameError(name, found);
}

/** Rejects a database with rows: no route leads to them, but queries over all shards would find them. */
async function refuseUsed(client: Client, name: string): Promise<void> {
  const { rows: tables } = await client.query<{ owns: boolean; filled: boolean }>(
    `select to_regclass('slot_ownership') is not null as owns, to_regclass('customers') is not null as filled`,
  );
  const owned = tables[0]?.owns === true && (await hasRows(client, 'slot_ownership'));
  if (owned) {
    throw unusable(
      'shard-not-empty',
      `The database of ${name} owns slots already: it is a shard under another name.`,
    );
  }
  if (tables[0]?.filled === true && (await hasRows(client, 'customers'))) {
    throw unusable(
      'shard-not-empty',
      `The database of ${name} already holds customers: use an empty database.`,
    );
  }
}

async function hasRows(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ some: boolean }>(`select exists (select from ${table}) as some`);
  return rows[0]?.some === true;
}

function unusable(code: string, detail: string, cause?: unknown): ProblemError {
  return new ProblemError({ status: 422, code, detail, cause });
}
