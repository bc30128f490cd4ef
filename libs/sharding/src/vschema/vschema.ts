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
 * Which tables there are, in which keyspaces, and by which columns their rows are found. Vitess's model: a *keyspace* is a
 * database that may be sharded, a *vindex* makes slots of the values of columns, a table's first vindex places its rows and
 * the others find them.
 */
export class VSchema {
  private readonly byName: ReadonlyMap<string, readonly VSchemaTable[]>;

  private constructor(
    private readonly byQualifiedName: ReadonlyMap<string, VSchemaTable>,
    /** What a directory remembers of it, to notice a change that would move rows. */
    readonly placements: Placements,
  ) {
    this.byName = Map.groupBy(byQualifiedName.values(), ({ name }) => name);
  }

  /** @throws {InvalidVSchemaError} naming every fault of grammar or, if it has none, every fault of meaning */
  static parse(document: unknown): VSchema {
    const { success, data, error } = VSchemaDocument.safeParse(document);
    if (!success) throw new InvalidVSchemaError(grammarFaults(error));
    const faults = meaningFaults(data);
    if (faults.length > 0) throw new InvalidVSchemaError(faults);
    return new VSchema(buildTables(data), placementsOf(data));
  }

  /** Of a written text. @throws {InvalidVSchemaError} as `parse`, and naming what is written twice @throws {SyntaxError} */
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
   * @param name `table`, or `keyspace.table` where several keyspaces have a table of the name
   * @throws {UnroutableError} for a table that does not exist, or a name that is not enough
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
