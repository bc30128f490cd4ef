import { type VSchemaFault } from './invalid-vschema.error.ts';
import { jsonPointer } from '../json/json-pointer.ts';
import { lookupFaults } from './lookup-faults.ts';
import { tableFaults } from './table-faults.ts';
import { type VSchemaDocument } from './vschema-document.schema.ts';

/** Returns all faults of a document that follows the grammar but cannot be used for routing. */
export function meaningFaults(document: VSchemaDocument): VSchemaFault[] {
  return Object.entries(document.keyspaces).flatMap(([name, keyspace]) => [
    ...(keyspace.sharded || Object.keys(keyspace.vindexes).length === 0
      ? []
      : [
          {
            pointer: jsonPointer('keyspaces', name, 'vindexes'),
            detail: 'a keyspace that is not sharded has no vindexes',
          },
        ]),
    ...Object.keys(keyspace.vindexes).flatMap((vindex) => lookupFaults(document, name, vindex)),
    ...Object.keys(keyspace.tables).flatMap((table) => tableFaults(document, name, table)),
  ]);
}
