import { type TableFacts } from './collection-table.ts';

interface Queryable {
  query<Row>(text: string, values: unknown[]): Promise<{ rows: Row[] }>;
}

const COLUMNS = `
  SELECT attname AS name, format_type(atttypid, NULL) AS type,
         attnotnull AND NOT atthasdef AND attidentity = '' AS needed
  FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`;

const UNIQUE_KEYS = `
  SELECT array_agg(attname::text ORDER BY attnum) AS columns
  FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY ((indkey::int2[])[0:indnkeyatts - 1])
  WHERE indrelid = to_regclass($1) AND indisunique AND indisvalid AND indimmediate AND indpred IS NULL AND indexprs IS NULL
  GROUP BY indexrelid`;

/**
 * Reads a table from the catalog. A table that does not exist has no columns.
 *
 * @param table with quoted parts
 */
export async function tableFacts(database: Queryable, table: string): Promise<TableFacts> {
  const columns = await database.query<{ name: string; type: string; needed: boolean }>(COLUMNS, [table]);
  const keys = await database.query<{ columns: string[] }>(UNIQUE_KEYS, [table]);
  return {
    columns: new Map(columns.rows.map(({ name, type, needed }) => [name, { type, isNeeded: needed }])),
    uniqueKeys: keys.rows.map((row) => row.columns),
  };
}
