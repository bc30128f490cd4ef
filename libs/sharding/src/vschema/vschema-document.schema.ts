import { z } from 'zod';
import { VINDEX_TYPES } from '../vindexes/vindex-types.ts';

const name = z.string().regex(/^[a-z_][a-z0-9_]*$/, 'expected a name of lower-case letters, digits and _');
const qualifiedName = z.string().regex(/^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$/, 'expected keyspace.table');

interface VindexDocument {
  readonly type: string;
  readonly params: unknown;
  readonly owner?: string;
}

/** One variant for each type, with exactly its parameters. Only a lookup has an owner. */
const [first, ...rest] = VINDEX_TYPES.map(({ type, kind, params }) =>
  z.strictObject({
    type: z.literal(type),
    params,
    ...(kind === 'lookup' && { owner: name.optional() }),
  }),
);

const VindexDocument = z.discriminatedUnion('type', [first!, ...rest], {
  error: ({ code }) =>
    code === 'invalid_union'
      ? `expected a type of vindex: one of ${VINDEX_TYPES.map(({ type }) => type).join(', ')}`
      : undefined,
}) as unknown as z.ZodType<VindexDocument>;

const ColumnVindexDocument = z
  .strictObject({ column: name.optional(), columns: z.array(name).min(1).optional(), name })
  .refine(({ column, columns }) => (column === undefined) !== (columns === undefined), {
    message: 'expected either column or columns',
  });

const TableDocument = z.strictObject({
  type: z.enum(['sequence', 'reference']).optional(),
  source: qualifiedName.optional(),
  column_vindexes: z.array(ColumnVindexDocument).min(1).optional(),
  auto_increment: z.strictObject({ column: name, sequence: qualifiedName }).optional(),
});

const KeyspaceDocument = z.strictObject({
  sharded: z.boolean().default(false),
  vindexes: z.record(name, VindexDocument).default({}),
  tables: z.record(name, TableDocument).default({}),
});

/**
 * The grammar of a VSchema: the part of Vitess's grammar (`SrvVSchema` in its `vschema.proto`) that has a meaning here.
 * Other fields (`columns`, `pinned`, routing rules and so on) are refused, not ignored.
 */
export const VSchemaDocument = z.strictObject({
  $schema: z.string().optional(),
  keyspaces: z.record(name, KeyspaceDocument),
});
export type VSchemaDocument = z.output<typeof VSchemaDocument>;
export type KeyspaceDocument = z.output<typeof KeyspaceDocument>;
export type TableDocument = z.output<typeof TableDocument>;
