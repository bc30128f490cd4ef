import { type VSchemaDocument } from './vschema-document.schema.ts';
import { columnsOf } from './build-tables.ts';

/** One way to find rows, in a form that can be stored and compared. */
export interface VindexPlacement {
  readonly columns: readonly string[];
  readonly type: string;
  /** Canonical text: parameters with the same meaning have the same text. */
  readonly params: string;
}

/** How a VSchema places the rows of a table and how it finds them. */
export interface TablePlacement {
  readonly kind: 'sharded' | 'reference' | 'sequence' | 'unsharded';
  /** The first one places the rows. */
  readonly vindexes: readonly VindexPlacement[];
}

/** By `keyspace.table`. */
export type Placements = Readonly<Record<string, TablePlacement>>;

export interface ChangedPlacement {
  readonly table: string;
  readonly columns: readonly string[];
  readonly from: string;
  readonly to: string;
  /** Whether rows would have to move. Otherwise only the way to find them has changed. */
  readonly movesRows: boolean;
}

export function placementsOf({ keyspaces }: VSchemaDocument): Placements {
  const tables = Object.entries(keyspaces).flatMap(([name, { sharded, vindexes, tables }]) =>
    Object.entries(tables).map(([table, { type, column_vindexes = [] }]) => {
      const kind = type ?? (sharded ? 'sharded' : 'unsharded');
      const ways = column_vindexes.map((way) => {
        const { type, params } = vindexes[way.name]!;
        return { columns: columnsOf(way), type, params: canonical(params) };
      });
      return [`${name}.${table}`, { kind, vindexes: ways }] as const;
    }),
  );
  return Object.fromEntries(tables);
}

/**
 * Returns the changes after which existing rows would not be found. A new or removed table, or a new or removed way to find
 * rows, does not affect existing rows.
 */
export function changedPlacements(known: Placements, wanted: Placements): ChangedPlacement[] {
  return Object.entries(known).flatMap(([table, before]) => {
    const after = wanted[table];
    return after === undefined ? [] : changesOf(table, before, after);
  });
}

function changesOf(table: string, before: TablePlacement, after: TablePlacement): ChangedPlacement[] {
  if (before.kind !== after.kind) {
    return [{ table, columns: [], from: before.kind, to: after.kind, movesRows: true }];
  }
  const [primary] = before.vindexes;
  return before.vindexes.flatMap((old) => {
    const isPrimary = old === primary;
    const now = isPrimary ? after.vindexes[0] : after.vindexes.find((way) => sameColumns(way, old));
    if (now === undefined || inWords(now) === inWords(old)) return [];
    return [{ table, columns: old.columns, from: inWords(old), to: inWords(now), movesRows: isPrimary }];
  });
}

function sameColumns(one: VindexPlacement, other: VindexPlacement): boolean {
  return one.columns.join() === other.columns.join();
}

function inWords({ columns, type, params }: VindexPlacement): string {
  return `${type} of ${columns.join(', ')}${params === '{}' ? '' : ` with ${params}`}`;
}

/** Formats texts, numbers, lists and objects as JSON, with the members of each object sorted by name. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? {}, (_, part: unknown) => {
    if (typeof part === 'bigint') return String(part);
    if (typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(
      Object.entries(part as object).sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  });
}
