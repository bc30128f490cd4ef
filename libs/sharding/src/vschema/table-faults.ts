import { type LookupVindex } from '../vindexes/vindex.ts';
import { columnsOf, vindexTypeOf } from './build-tables.ts';
import { type VSchemaFault } from './invalid-vschema.error.ts';
import { jsonPointer } from '../json/json-pointer.ts';
import { referenceFault } from './reference-fault.ts';
import {
  type KeyspaceDocument,
  type TableDocument,
  type VSchemaDocument,
} from './vschema-document.schema.ts';

type Finding = readonly [pointer: string, detail: string | undefined];

/** Returns the faults of one table: of its vindexes, its sequence, or the source of a copy. */
export function tableFaults(document: VSchemaDocument, keyspace: string, name: string): VSchemaFault[] {
  const home = document.keyspaces[keyspace]!;
  const table = home.tables[name]!;
  const at = (...path: PropertyKey[]) => jsonPointer('keyspaces', keyspace, 'tables', name, ...path);
  const findings: Finding[] = [
    [at(), missingVindexes(home, table)],
    [at('column_vindexes'), needlessVindexes(home, table)],
    [
      at('type'),
      home.sharded && table.type === 'sequence'
        ? 'a sequence is in a keyspace that is not sharded'
        : undefined,
    ],
    [at('source'), referenceFault(document, keyspace, name)],
    [at('auto_increment', 'sequence'), sequenceFault(document, table)],
    ...(table.column_vindexes ?? []).flatMap((_, index) => vindexFindings(home, name, index, at)),
  ];
  return findings.flatMap(([pointer, detail]) => (detail === undefined ? [] : [{ pointer, detail }]));
}

function missingVindexes(home: KeyspaceDocument, table: TableDocument): string | undefined {
  if (!home.sharded || table.type !== undefined || table.column_vindexes !== undefined) return undefined;
  return 'a table of a sharded keyspace needs column_vindexes, or the type reference';
}

function needlessVindexes(home: KeyspaceDocument, table: TableDocument): string | undefined {
  if (table.column_vindexes === undefined) return undefined;
  if (!home.sharded) return 'a table of a keyspace that is not sharded has no vindexes';
  return table.type === undefined ? undefined : `a ${table.type} table has no vindexes`;
}

function sequenceFault(document: VSchemaDocument, { auto_increment }: TableDocument): string | undefined {
  if (auto_increment === undefined) return undefined;
  const [keyspace, name] = auto_increment.sequence.split('.') as [string, string];
  const sequence = document.keyspaces[keyspace]?.tables[name];
  if (sequence === undefined) return `there is no table ${auto_increment.sequence}`;
  return sequence.type === 'sequence' ? undefined : `${auto_increment.sequence} is not a sequence`;
}

function vindexFindings(
  home: KeyspaceDocument,
  table: string,
  index: number,
  at: (...path: PropertyKey[]) => string,
): Finding[] {
  const used = home.tables[table]!.column_vindexes![index]!;
  const vindex = home.vindexes[used.name];
  const place = (field: string) => at('column_vindexes', index, field);
  if (vindex === undefined) {
    return home.sharded ? [[place('name'), `the keyspace has no vindex ${used.name}`]] : [];
  }
  const type = vindexTypeOf(vindex.type);
  const takes = type.columns ?? (vindex.params as LookupVindex).from.length;
  const columns = columnsOf(used);
  const field = used.columns === undefined ? 'column' : 'columns';
  return [
    [
      place('name'),
      index === 0 && !type.unique
        ? `the primary vindex must be unique, and ${vindex.type} is not`
        : undefined,
    ],
    [
      place('name'),
      index === 0 && vindex.owner === table
        ? 'the primary vindex cannot be owned: it would be looked up in rows that it places itself'
        : undefined,
    ],
    [
      place(field),
      columns.length === takes ? undefined : `${vindex.type} takes ${takes} column(s), not ${columns.length}`,
    ],
  ];
}
