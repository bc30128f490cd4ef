import { type ClientBase } from 'pg';

/** The name of a shard in its own database. Applied after `SLOT_TABLES_SQL`. Null until the database becomes a shard. */
export const SHARD_NAME_SQL = {
  up: 'alter table shard_state add column name text;',
  down: 'alter table shard_state drop column name;',
} as const;

/** A database should be one shard but has the name of another. The two would share slots, epochs and rows. */
export class ShardNameError extends Error {
  readonly code = 'shard-named-otherwise';
  readonly retryable = false;

  constructor(
    readonly wanted: string,
    readonly found: string,
  ) {
    super(
      `the database at the address of ${wanted} belongs to ${found}; a database can have only one name: correct the address`,
    );
    this.name = 'ShardNameError';
  }
}

/**
 * Writes a shard's name into its own database, so that a second name for the same database is detected. Repeatable. Of two
 * concurrent calls with different names, the second waits and is refused.
 *
 * @throws {ShardNameError} if the database has another name
 */
export async function nameShard(shard: ClientBase, name: string): Promise<void> {
  await shard.query('update shard_state set name = $1 where name is null', [name]);
  const { rows } = await shard.query<{ name: string }>('select name from shard_state');
  if (rows[0]!.name !== name) throw new ShardNameError(name, rows[0]!.name);
}
