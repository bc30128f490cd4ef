/**
 * Keys of one row must have one spelling: the log compares text.
 *
 * - `text`: `text` or `varchar`, with a collation that compares bytes (each deterministic one does).
 * - `bigint`: `bigint` or `integer`, without leading zeros.
 * - `uuid`: in lower case, with hyphens.
 */
export type KeyType = 'text' | 'bigint' | 'uuid';

/** Types of the key column → how a text is cast to them, without a length, which would cut it off silently. */
const CASTS: Record<KeyType, readonly string[]> = {
  text: ['text', 'character varying'],
  bigint: ['bigint', 'integer'],
  uuid: ['uuid'],
};

/** A table with one row for each key, and a number. */
export interface CounterTable {
  readonly kind: 'counter';
  /** The name, with a schema where necessary: `shop.product_views`. */
  readonly table: string;
  readonly keyColumn: string;
  /** How keys are written. Default: `text`. */
  readonly keyType?: KeyType;
  /** A `bigint`. */
  readonly valueColumn: string;
}

/** A table with one row for each key, a JSON value, and its version. A deletion removes the row. */
export interface DocumentTable {
  readonly kind: 'document';
  readonly table: string;
  readonly keyColumn: string;
  readonly keyType?: KeyType;
  /** A `jsonb`. */
  readonly valueColumn: string;
  /** A `bigint`. */
  readonly versionColumn: string;
}

export type CollectionTable = CounterTable | DocumentTable;

/** The table of a collection does not exist, or cannot hold its writes. */
export class UnsuitableTable extends Error {
  readonly code = 'unsuitable-table';
  readonly retryable = false;

  constructor(collection: string, detail: string) {
    super(`collection ${collection}: ${detail}`);
    this.name = 'UnsuitableTable';
  }
}

/** What the catalog of the database says of a table. */
export interface TableFacts {
  /** Column → type, and whether an insert without this column would fail. */
  readonly columns: ReadonlyMap<string, { readonly type: string; readonly isNeeded: boolean }>;
  /** The columns of each unique index that has no condition and is checked at once. */
  readonly uniqueKeys: readonly (readonly string[])[];
}

/**
 * Returns the type of the key column, without a length.
 *
 * @throws {UnsuitableTable} with the remedy
 */
export function assertSuitable(
  collection: string,
  definition: CollectionTable,
  { columns, uniqueKeys }: TableFacts,
): string {
  const { table, keyColumn, valueColumn } = definition;
  const refuse = (detail: string): never => {
    throw new UnsuitableTable(collection, `${table} ${detail}`);
  };
  if (columns.size === 0) refuse('does not exist: run the migration that creates it');
  const needs: [column: string, type: string | undefined][] = [
    [keyColumn, undefined],
    [valueColumn, definition.kind === 'counter' ? 'bigint' : 'jsonb'],
    ...(definition.kind === 'document' ? [[definition.versionColumn, 'bigint'] as [string, string]] : []),
  ];
  const used = new Map(needs);
  if (used.size < needs.length) refuse('has one column for two purposes');
  for (const [column, type] of used) {
    const found = columns.get(column)?.type ?? refuse(`has no column ${column}`);
    if (type !== undefined && found !== type) refuse(`has ${column} as ${found}: it must be ${type}`);
  }
  if (!uniqueKeys.some((key) => key.length === 1 && key[0] === keyColumn))
    refuse(`needs a primary key or a unique index on ${keyColumn} alone`);
  const needed = [...columns].find(([column, { isNeeded }]) => isNeeded && !used.has(column))?.[0];
  if (needed !== undefined) refuse(`needs a default for ${needed}, or it must be nullable`);
  const { type } = columns.get(keyColumn) as { type: string };
  const { keyType = 'text' } = definition;
  if (!CASTS[keyType].includes(type))
    refuse(
      `has ${keyColumn} as ${type}, which is not a key of type ${keyType}: set keyType, or change the column to ${CASTS[keyType].join(' or ')}`,
    );
  return type;
}
