import { type ClientBase } from 'pg';

/** What a shard's database knows itself by; applied after `SLOT_TABLES_SQL`. Null until it is first made a shard. */
export const SHARD_NAME_SQL = {
  up: 'alter table shard_state add column name text;',
  down: 'alter table shard_state drop column name;',
} as const;

/** A database is to be one shard and says that it is another: the two would share slots, epochs and rows. */
export class ShardNameError extends Error {
  readonly code = 'shard-named-otherwise';
  readonly retryable = false;

  constructor(
    readonly wanted: string,
    readonly found: string,
  ) {
    super(`the database at the address of ${wanted} is that of ${found}: a database has one name`);
    this.name = 'ShardNameError';
  }
}

/**
 * Writes a shard's name into its own database, where every address leads to the same one. Repeatable; of two names at the
 * same time the second waits and is refused.
 *
 * @throws {ShardNameError} when the database has another name
 */
export async function nameShard(shard: ClientBase, name: string): Promise<void> {
  await shard.query('update shard_state set name = $1 where name is null', [name]);
  const { rows } = await shard.query<{ name: string }>('select name from shard_state');
  if (rows[0]!.name !== name) throw new ShardNameError(name, rows[0]!.name);
}
