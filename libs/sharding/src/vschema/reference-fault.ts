import { type VSchemaDocument } from './vschema-document.schema.ts';

/** Returns the fault of the `source` of a reference table, by Vitess's rules. */
export function referenceFault(
  document: VSchemaDocument,
  keyspace: string,
  name: string,
): string | undefined {
  const { type, source } = document.keyspaces[keyspace]!.tables[name]!;
  if (source === undefined) return undefined;
  if (type !== 'reference') return 'only a reference table has a source';
  const [sourceKeyspace, sourceName] = source.split('.') as [string, string];
  if (sourceKeyspace === keyspace) return 'the source must be in another keyspace';
  const original = document.keyspaces[sourceKeyspace]?.tables[sourceName];
  if (original === undefined) return `there is no table ${source}`;
  if (original.type === 'sequence') return `${source} is a sequence`;
  if (original.source !== undefined) return `${source} is itself a copy`;
  const copies = Object.entries(document.keyspaces[keyspace]!.tables).filter(
    ([, table]) => table.source === source,
  );
  return copies.length > 1
    ? `${source} has several copies in ${keyspace}: ${copies.map(([copy]) => copy).join(', ')}`
    : undefined;
}
