import { type LookupVindex } from '../vindexes/vindex.ts';
import { columnsOf, vindexTypeOf } from './build-tables.ts';
import { type VSchemaFault } from './invalid-vschema.error.ts';
import { jsonPointer } from '../json/json-pointer.ts';
import { type VSchemaDocument } from './vschema-document.schema.ts';

/** Returns the faults of a lookup vindex: of its owner, of its table, or of how that table is found. */
export function lookupFaults(document: VSchemaDocument, keyspace: string, name: string): VSchemaFault[] {
  const { type, params, owner } = document.keyspaces[keyspace]!.vindexes[name]!;
  if (vindexTypeOf(type).kind !== 'lookup') return [];
  const at = (...path: string[]) => jsonPointer('keyspaces', keyspace, 'vindexes', name, ...path);
  const faults = [
    [at('owner'), owner === undefined ? undefined : ownerFault(document, keyspace, name, owner)],
    [at('params', 'table'), lookupTableFault(document, keyspace, type, params as LookupVindex)],
  ] as const;
  return faults.flatMap(([pointer, detail]) => (detail === undefined ? [] : [{ pointer, detail }]));
}

function ownerFault(
  document: VSchemaDocument,
  keyspace: string,
  name: string,
  owner: string,
): string | undefined {
  const table = document.keyspaces[keyspace]!.tables[owner];
  if (table === undefined) return `the keyspace ${keyspace} has no table ${owner}`;
  const uses = table.column_vindexes?.some((vindex) => vindex.name === name) ?? false;
  return uses ? undefined : `the table ${owner} owns the vindex but does not use it`;
}

/** A lookup must not need a broadcast either. Therefore its table must be found by `from`, without another lookup. */
function lookupTableFault(
  document: VSchemaDocument,
  keyspace: string,
  type: string,
  { table, from }: LookupVindex,
): string | undefined {
  const [ksName, name] = table.includes('.') ? (table.split('.') as [string, string]) : [keyspace, table];
  const home = document.keyspaces[ksName];
  const lookup = home?.tables[name];
  if (home === undefined || lookup === undefined) return `there is no table ${ksName}.${name}`;
  if (!home.sharded) return undefined;
  const [primary] = lookup.column_vindexes ?? [];
  const vindex = primary && home.vindexes[primary.name];
  if (primary === undefined || vindex === undefined)
    return `the table ${name} has no primary vindex to find it by`;
  const { kind, unique, partial } = vindexTypeOf(vindex.type);
  if (kind === 'lookup') return `the table ${name} itself needs a lookup`;
  const columns = columnsOf(primary);
  const needed = vindexTypeOf(type).unique || !partial ? columns : columns.slice(0, 1);
  const missing = needed.filter((column) => !from.includes(column));
  return unique && missing.length > 0
    ? `the table ${name} cannot be found by ${from.join(', ')}: its primary vindex needs ${missing.join(', ')}`
    : undefined;
}
