import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { quoted, type Sql } from './sql.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
}

/** A table whose rows move with their slot. */
export interface ShardedTable {
  readonly name: string;
  /** The slot of a row: a column, or `slot_of(column)`. An index begins with it and goes on with the key. */
  readonly slot: string;
  readonly key: readonly Column[];
  readonly columns: readonly Column[];
  /** A column of 64-bit ids with the time inside, when the key is one. */
  readonly idColumn: string | undefined;
  /** The key is a number that each database gives itself: the table is a queue, whose rows change hands at the switch. */
  readonly isQueue: boolean;
}

interface CatalogRow {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly key: readonly Column[] | null;
  readonly slots: readonly string[];
  readonly isQueue: boolean;
}

const READ_CATALOG = `
  select c.relname as name,
    (select jsonb_agg(jsonb_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) order by attname)
       from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
    (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by k.n)
       from pg_index p, unnest(p.indkey::int2[]) with ordinality k (attnum, n), pg_attribute a
       where p.indrelid = c.oid and p.indisprimary and a.attrelid = c.oid and a.attnum = k.attnum) as key,
    (select coalesce(jsonb_agg(distinct pg_get_indexdef(i.indexrelid, 1, true)), '[]')
       from pg_index i where i.indrelid = c.oid and pg_get_indexdef(i.indexrelid, 1, true) ~ '^(slot|slot_of\\(\\w+\\))$'
    ) as slots,
    exists (select from pg_index p, pg_attribute a where p.indrelid = c.oid and p.indisprimary
      and a.attrelid = c.oid and a.attnum = any(p.indkey::int2[]) and a.attidentity <> '') as "isQueue"
  from pg_class c
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
  order by c.relname`;

/**
 * The sharded tables of a shard, from its catalog: each has an index that begins with \`slot\` or \`slot_of(…)\`, which says how
 * the slot of a row is found. Every other table must be named as one that stays, so that a new table is never forgotten.
 *
 * @throws {ReshardingError} `table-not-placed` for a table that is neither
 */
export async function readShardedTables(shard: Sql, staying: readonly string[]): Promise<ShardedTable[]> {
  const rows = await shard.query<CatalogRow>(READ_CATALOG);
  return rows.filter(({ name }) => !staying.includes(name)).map(shardedTable);
}

function shardedTable({ name, columns, key, slots, isQueue }: CatalogRow): ShardedTable {
  const [slot, ...others] = slots;
  if (slot === undefined || others.length > 0 || key === null) {
    throw new ReshardingError(
      'table-not-placed',
      `table ${name}: slots cannot move while nobody knows whether its rows move with them. Give it a primary key and an ` +
        'index that begins with slot or slot_of(…) and goes on with the key, or name it among the tables that stay.',
    );
  }
  const [id, ...rest] = key;
  const hasIds = rest.length === 0 && id?.type === 'bigint' && !isQueue && slot === `slot_of(${id.name})`;
  return { name, slot, key, columns, isQueue, idColumn: hasIds ? id.name : undefined };
}

export function columnList(columns: readonly Column[], prefix = ''): string {
  return columns.map(({ name }) => `${prefix}${quoted(name)}`).join(', ');
}
