import { isDeepStrictEqual } from 'node:util';
import { ReshardingError } from '../../../../resharding/resharding.error.ts';
import { type ShardedTable } from '../sharded-table.ts';

interface ShardTables {
  readonly name: string;
  readonly tables: readonly ShardedTable[];
}

/**
 * Refuses tables that differ on the two shards, because each side must accept every row of the other.
 *
 * @throws {ReshardingError} `schema-differs`; the message names the table and what only one side has
 */
export function refuseDifferingTables(one: ShardTables, other: ShardTables): void {
  const names = new Set([...one.tables, ...other.tables].map(({ name }) => name));
  for (const name of names) {
    const [ours, theirs] = [one, other].map(({ tables }) => tables.find((table) => table.name === name));
    if (isDeepStrictEqual(ours, theirs)) continue;
    throw new ReshardingError(
      'schema-differs',
      `table ${name} is not the same on ${one.name} and ${other.name}${detail(one.name, ours, other.name, theirs)}: run the migrations on both`,
      { retryable: true },
    );
  }
}

function detail(
  one: string,
  ours: ShardedTable | undefined,
  other: string,
  theirs: ShardedTable | undefined,
) {
  const only = (table?: ShardedTable, than?: ShardedTable) =>
    partsOf(table).find((part) => !partsOf(than).includes(part));
  const [mine, yours] = [only(ours, theirs), only(theirs, ours)];
  const said = [mine && `${one} has ${mine}`, yours && `${other} has ${yours}`].filter(Boolean);
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

function partsOf(table?: ShardedTable): string[] {
  if (table === undefined) return [];
  const key = `primary key (${table.key.map(({ name }) => name).join(', ')})`;
  const uniques = table.uniqueKeys.map(
    ({ expressions, predicate }) =>
      `unique (${expressions.join(', ')})${predicate === null ? '' : ` where ${predicate}`}`,
  );
  return [...table.definition, key, ...uniques];
}
