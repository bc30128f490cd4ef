import { type LogEntry } from '../../write-behind/write-log.ts';
import { type CollectionTable, type CounterTable, type DocumentTable } from './collection-table.ts';
import { quoted } from './write-behind-tables.sql.ts';

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
  /** Number of rows that it writes unless the table has newer ones. */
  readonly expected: number;
}

/** Returns the statements that write these entries, each with another key. */
export function statementsOf(
  definition: CollectionTable,
  keyType: string,
  entries: readonly LogEntry[],
): Statement[] {
  if (definition.kind === 'counter') return [addition(definition, keyType, entries)];
  const deleted = entries.filter(({ change }) => change.op === 'delete');
  const put = entries.filter(({ change }) => change.op !== 'delete');
  return [
    ...(put.length === 0 ? [] : [replacement(definition, keyType, put)]),
    ...(deleted.length === 0 ? [] : [deletion(definition, keyType, deleted)]),
  ];
}

/** Returns the statement that reads a key, without a row if there is none. */
export function readingOf(definition: CollectionTable, keyType: string): string {
  const { table, keyColumn, valueColumn } = definition;
  const version = definition.kind === 'document' ? quoted(definition.versionColumn) : '0';
  return `SELECT ${quoted(valueColumn)} AS value, ${version} AS version FROM ${nameOf(table)}
          WHERE ${quoted(keyColumn)} = $1::${keyType}`;
}

function addition(
  { table, keyColumn, valueColumn }: CounterTable,
  keyType: string,
  entries: readonly LogEntry[],
): Statement {
  const [key, value] = [quoted(keyColumn), quoted(valueColumn)];
  return {
    text: `INSERT INTO ${nameOf(table)} AS stored (${key}, ${value})
           SELECT key::${keyType}, amount FROM unnest($1::text[], $2::bigint[]) AS written (key, amount)
           ON CONFLICT (${key}) DO UPDATE SET ${value} = stored.${value} + excluded.${value}`,
    values: [
      entries.map(({ key }) => key),
      entries.map(({ change }) => (change.op === 'add' ? change.amount : null)),
    ],
    expected: entries.length,
  };
}

/** The version guards against rows that something else has written: entries of the log arrive in their order. */
function replacement(definition: DocumentTable, keyType: string, entries: readonly LogEntry[]): Statement {
  const { table, keyColumn, valueColumn, versionColumn } = definition;
  const [key, value, version] = [quoted(keyColumn), quoted(valueColumn), quoted(versionColumn)];
  return {
    text: `INSERT INTO ${nameOf(table)} AS stored (${key}, ${value}, ${version})
           SELECT key::${keyType}, value::jsonb, version
           FROM unnest($1::text[], $2::text[], $3::bigint[]) AS written (key, value, version)
           ON CONFLICT (${key}) DO UPDATE SET ${value} = excluded.${value}, ${version} = excluded.${version}
           WHERE stored.${version} < excluded.${version}`,
    values: [
      entries.map(({ key }) => key),
      entries.map(({ change }) => (change.op === 'put' ? change.json : null)),
      entries.map(({ position }) => position),
    ],
    expected: entries.length,
  };
}

function deletion(definition: DocumentTable, keyType: string, entries: readonly LogEntry[]): Statement {
  const { table, keyColumn, versionColumn } = definition;
  return {
    text: `DELETE FROM ${nameOf(table)} AS stored
           USING unnest($1::text[], $2::bigint[]) AS written (key, version)
           WHERE stored.${quoted(keyColumn)} = written.key::${keyType} AND stored.${quoted(versionColumn)} < written.version`,
    values: [entries.map(({ key }) => key), entries.map(({ position }) => position)],
    // Without a row there is nothing to delete.
    expected: 0,
  };
}

/** Quotes the parts of `schema.table`. */
export function nameOf(table: string): string {
  return table.split('.').map(quoted).join('.');
}
