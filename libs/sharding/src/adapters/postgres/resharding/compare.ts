import { columnList, type ShardedTable } from './sharded-table.ts';
import { quoted, type Sql } from './sql.ts';

export interface Difference {
  readonly slot: number;
  readonly table: string;
  readonly ownerRows: number;
  readonly replicaRows: number;
}

interface Tally {
  readonly table: string;
  readonly slot: number;
  readonly rows: number;
  readonly checksum: string;
}

/**
 * Counts and checksums of each slot and table on both sides, read at the same time. The checksum is the sum of a 64-bit hash
 * of each row's text, hence the same in whatever order the rows are stored; the rows of a queue are hashed with their place in it.
 */
export async function compare(
  owner: Sql,
  replica: Sql,
  tables: readonly ShardedTable[],
  slots: readonly number[],
): Promise<Difference[]> {
  const statement = tables.map(tallyOf).join(' union all ');
  const [ours, theirs] = await Promise.all([
    owner.query<Tally>(statement, [slots]),
    replica.query<Tally>(statement, [slots]),
  ]);
  const replicas = new Map(theirs.map((tally) => [`${tally.table} ${tally.slot}`, tally]));
  const owners = new Map(ours.map((tally) => [`${tally.table} ${tally.slot}`, tally]));
  return [...new Set([...owners.keys(), ...replicas.keys()])]
    .filter(
      (place) =>
        owners.get(place)?.checksum !== replicas.get(place)?.checksum ||
        owners.get(place)?.rows !== replicas.get(place)?.rows,
    )
    .map((place) => {
      const { table, slot } = (owners.get(place) ?? replicas.get(place)) as Tally;
      const rows = (tallies: ReadonlyMap<string, Tally>) => tallies.get(place)?.rows ?? 0;
      return { slot, table, ownerRows: rows(owners), replicaRows: rows(replicas) };
    })
    .sort((one, other) => one.slot - other.slot || one.table.localeCompare(other.table));
}

/** A queue numbers its rows anew in each database: there it is the order that counts. */
function tallyOf(table: ShardedTable): string {
  const { name, slot, isQueue, key, columns } = table;
  const compared = isQueue
    ? columns.filter((column) => !key.some((own) => own.name === column.name))
    : columns;
  const place = isQueue ? `, row_number() over (partition by ${slot} order by ${columnList(key)})` : '';
  return `select '${name}' as "table", slot, count(*)::int as rows, sum(hash)::text as checksum
    from (select ${slot} as slot, hashtextextended(row(${columnList(compared)}${place})::text, 0) as hash
      from ${quoted(name)} where ${slot} = any($1::smallint[])) as hashed
    group by slot`;
}

/** For the operator: the first places that differ. */
export function inWords(differences: readonly Difference[], owner: string, replica: string): string {
  const shown = differences
    .slice(0, 3)
    .map(({ slot, table, ownerRows, replicaRows }) =>
      ownerRows === replicaRows
        ? `slot ${slot}, table ${table}: ${ownerRows} rows on both sides, with different contents`
        : `slot ${slot}, table ${table}: ${ownerRows} rows on ${owner}, ${replicaRows} on ${replica}`,
    );
  const more = differences.length > 3 ? `; and ${differences.length - 3} more` : '';
  return `${shown.join('; ')}${more}`;
}
