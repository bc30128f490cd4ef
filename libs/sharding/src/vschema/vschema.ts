import { buildTables } from './build-tables.ts';
import { grammarFaults } from './grammar-faults.ts';
import { InvalidVSchemaError } from './invalid-vschema.error.ts';
import { meaningFaults } from './meaning-faults.ts';
import { type Placements, placementsOf } from './placement.ts';
import { DuplicateNamesError } from '../json/duplicate-names.error.ts';
import { readJson } from '../json/read-json.ts';
import { UnroutableError } from './unroutable.error.ts';
import { VSchemaDocument } from './vschema-document.schema.ts';
import { type VSchemaTable } from './vschema-table.ts';

/**
 * Defines the tables, their keyspaces, and the columns by which rows are found. This is Vitess's model: a *keyspace* is a
 * database that may be sharded. A *vindex* maps values of columns to slots. The first vindex of a table places its rows, and
 * the others find them.
 */
export class VSchema {
  private readonly byName: ReadonlyMap<string, readonly VSchemaTable[]>;

  private constructor(
    private readonly byQualifiedName: ReadonlyMap<string, VSchemaTable>,
    /** The placements that a directory stores, to detect a change that would move rows. */
    readonly placements: Placements,
  ) {
    this.byName = Map.groupBy(byQualifiedName.values(), ({ name }) => name);
  }

  /** @throws {InvalidVSchemaError} with every fault of grammar or, if there are none, every fault of meaning */
  static parse(document: unknown): VSchema {
    const { success, data, error } = VSchemaDocument.safeParse(document);
    if (!success) throw new InvalidVSchemaError(grammarFaults(error));
    const faults = meaningFaults(data);
    if (faults.length > 0) throw new InvalidVSchemaError(faults);
    return new VSchema(buildTables(data), placementsOf(data));
  }

  /** Parses a JSON text. @throws {InvalidVSchemaError} as `parse`, and for duplicate names @throws {SyntaxError} */
  static read(text: string): VSchema {
    try {
      return VSchema.parse(readJson(text));
    } catch (error) {
      if (!(error instanceof DuplicateNamesError)) throw error;
      throw new InvalidVSchemaError(
        error.pointers.map((pointer) => ({ pointer, detail: 'written twice: only one would count' })),
      );
    }
  }

  get tables(): readonly VSchemaTable[] {
    return [...this.byQualifiedName.values()];
  }

  /**
   * @param name `table`, or `keyspace.table` if several keyspaces have a table of that name
   * @throws {UnroutableError} if the table does not exist, or its name is ambiguous
   */
  table(name: string): VSchemaTable {
    const tables = this.byName.get(name) ?? [];
    const found = this.byQualifiedName.get(name) ?? (tables.length === 1 ? tables[0] : undefined);
    if (found !== undefined) return found;
    if (tables.length === 0) throw new UnroutableError(name, 'the VSchema has no such table');
    const names = tables.map(({ keyspace }) => `${keyspace}.${name}`).join(' or ');
    throw new UnroutableError(name, `the name is not enough: ${names}`);
  }
}
