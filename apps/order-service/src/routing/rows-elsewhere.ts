import { type Key, UnroutableError, type VSchemaRouter } from '@groundwork/sharding';
import { examineTables, type ShardedTable, sqlOf } from '@groundwork/sharding/postgres';
import { type Client } from 'pg';
import { withShard } from '../administer-shards/with-client.ts';
import { TABLE_ROLES } from '../storage/table-roles.ts';

export interface MisplacedRows {
  readonly table: string;
  readonly rows: number;
}

const BATCH = 1_000;

/**
 * Counts the rows of these tables, on the shards that own their slots, that are stored in another slot than that of the
 * VSchema.
 */
export async function rowsElsewhere(
  shards: ReadonlyMap<string, string>,
  router: VSchemaRouter,
  names: readonly string[],
): Promise<readonly MisplacedRows[]> {
  const counts = new Map<string, number>();
  if (names.length === 0) return [];
  for (const [shard, url] of shards) {
    await withShard(shard, url, async (client) => {
      const { tables } = await examineTables(sqlOf(client), TABLE_ROLES);
      for (const name of names) {
        const table = tables.find((known) => `orders.${known.name}` === name);
        const rows = table === undefined ? 0 : await countElsewhere(client, router, name, table);
        counts.set(name, (counts.get(name) ?? 0) + rows);
      }
    });
  }
  return [...counts].map(([table, rows]) => ({ table, rows })).filter(({ rows }) => rows > 0);
}

async function countElsewhere(
  client: Client,
  router: VSchemaRouter,
  name: string,
  { name: table, slot }: ShardedTable,
): Promise<number> {
  const [primary] = router.vschema.table(name).columnVindexes;
  const columns = (primary?.columns ?? []).map((column) => `, "${column}"::text`);
  await client.query(`begin; declare placed no scroll cursor for
    select ${slot}::int as "is in slot"${columns.join('')} from ${table} where ${slot} in (select slot from slot_ownership)`);
  let elsewhere = 0;
  for (;;) {
    const { rows } = await client.query<Key & { 'is in slot': number }>(`fetch ${BATCH} from placed`);
    elsewhere += rows.filter(
      ({ 'is in slot': stored, ...key }) => slotOf(router, name, key) !== stored,
    ).length;
    if (rows.length < BATCH) break;
  }
  await client.query('commit');
  return elsewhere;
}

/** Returns undefined for a row that the VSchema cannot place. */
function slotOf(router: VSchemaRouter, name: string, key: Key): number | undefined {
  try {
    return router.slotOf(name, key);
  } catch (error) {
    if (error instanceof UnroutableError) return undefined;
    throw error;
  }
}
