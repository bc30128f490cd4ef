import { REFERENCE_TABLES } from '../storage/tables-that-stay.ts';
import { withClient } from './with-client.ts';

/** Every shard has all rows of these tables: a new one gets them as another has them now, instead of those it may have. */
export async function copyReferenceTables(from: string, to: string): Promise<void> {
  for (const table of REFERENCE_TABLES) {
    const rows = await withClient(from, async (client) => {
      const read = await client.query<{ rows: string }>(
        `select coalesce(jsonb_agg(to_jsonb(every)), '[]')::text as rows from ${table} every`,
      );
      return read.rows[0]!.rows;
    });
    await withClient(to, async (client) => {
      await client.query('begin');
      await client.query(`lock table ${table} in share row exclusive mode`);
      await client.query(`delete from ${table}`);
      await client.query(
        `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
        [rows],
      );
      await client.query('commit');
    });
  }
}
