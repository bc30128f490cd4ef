import { VINDEX_TYPES } from '../vindexes/vindex-types.ts';
import { type Vindex, type VindexType } from '../vindexes/vindex.ts';
import {
  type KeyspaceDocument,
  type TableDocument,
  type VSchemaDocument,
} from './vschema-document.schema.ts';
import { type ColumnVindex, type VSchemaTable } from './vschema-table.ts';

const types = new Map(VINDEX_TYPES.map((type) => [type.type, type]));

export function vindexTypeOf(type: string): VindexType {
  return types.get(type)!;
}

/** Builds the tables of a document without faults of grammar or meaning, by `keyspace.table`. */
export function buildTables({ keyspaces }: VSchemaDocument): ReadonlyMap<string, VSchemaTable> {
  const tables = Object.entries(keyspaces).flatMap(([name, keyspace]) => tablesOf(name, keyspace));
  return new Map(tables.map((table) => [`${table.keyspace}.${table.name}`, table]));
}

function tablesOf(name: string, keyspace: KeyspaceDocument): VSchemaTable[] {
  const vindexes = new Map(
    Object.entries(keyspace.vindexes).map(([vindex, { type, params }]) => [
      vindex,
      { type: vindexTypeOf(type), vindex: vindexTypeOf(type).create(params) },
    ]),
  );
  return Object.entries(keyspace.tables).map(([table, document]) => ({
    keyspace: name,
    name: table,
    type: document.type ?? 'plain',
    sharded: keyspace.sharded,
    columnVindexes: columnVindexesOf(document, vindexes),
    ...(document.source !== undefined && { source: document.source }),
    ...(document.auto_increment !== undefined && { autoIncrement: document.auto_increment }),
  }));
}

function columnVindexesOf(
  { column_vindexes = [] }: TableDocument,
  vindexes: ReadonlyMap<string, { type: VindexType; vindex: Vindex }>,
): ColumnVindex[] {
  return column_vindexes.map((document) => {
    const { type, vindex } = vindexes.get(document.name)!;
    return {
      name: document.name,
      type: type.type,
      columns: columnsOf(document),
      cost: type.cost,
      unique: type.unique,
      partial: type.partial ?? false,
      vindex,
    };
  });
}

export function columnsOf(document: {
  column?: string | undefined;
  columns?: string[] | undefined;
}): string[] {
  return document.columns ?? [document.column!];
}
