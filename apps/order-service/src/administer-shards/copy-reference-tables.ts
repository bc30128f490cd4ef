import { type Client } from 'pg';
import { REFERENCE_TABLES } from '../storage/table-roles.ts';
import { withShard } from './with-client.ts';

export interface ShardAddress {
  readonly name: string;
  readonly url: string;
}

export interface ReferenceCopy {
  /** A shard whose tables are correct. */
  readonly from: ShardAddress;
  /** A registered shard. */
  readonly to: ShardAddress;
  /** Waits for every change that is not yet visible on `from` and that will not reach `to` by itself. */
  readonly settled: () => Promise<void>;
}

/**
 * Replaces the rows of the reference tables on a new shard with the rows of another shard. Every shard has all rows of these
 * tables.
 *
 * The function locks the tables first, waits for `settled` next, and reads last. A change that was prepared on the new shard
 * before the lock has committed there, and `settled` waits until it has committed on the other shard as well. A later change
 * waits for the lock and is applied to the copy.
 *
 * @throws {ShardUnavailableError}
 */
export async function copyReferenceTables({ from, to, settled }: ReferenceCopy): Promise<void> {
  await withShard(to.name, to.url, async (target) => {
    await target.query('begin');
    await target.query(`lock table ${REFERENCE_TABLES.join(', ')} in share row exclusive mode`);
    await settled();
    await withShard(from.name, from.url, async (source) => {
      for (const table of REFERENCE_TABLES) await copy(table, source, target);
    });
    await target.query('commit');
  });
}

async function copy(table: string, source: Client, target: Client): Promise<void> {
  const { rows } = await source.query<{ rows: string }>(
    `select coalesce(jsonb_agg(to_jsonb(every)), '[]')::text as rows from ${table} every`,
  );
  await target.query(`delete from ${table}`);
  await target.query(
    `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [rows[0]!.rows],
  );
}
