import { type DataSource } from 'typeorm';

/** The differences between a database's migration ledger and the migrations of the code. */
export interface SchemaState {
  /** Migrations of the code that the database does not have yet, in the order in which they will be applied. */
  readonly pending: readonly string[];
  /** Migrations that the database has and the code does not know: a newer release has migrated the database. */
  readonly unknown: readonly string[];
}

/** Reads the ledger without changes. In a database without a ledger, all migrations are pending. */
export async function readSchemaState(dataSource: DataSource): Promise<SchemaState> {
  const [table] = await dataSource.query<{ exists: boolean }[]>(
    `select to_regclass('migration_ledger') is not null as exists`,
  );
  const rows =
    table?.exists === true
      ? await dataSource.query<{ name: string }[]>('select name from migration_ledger order by id')
      : [];
  const applied = rows.map(({ name }) => name);
  const known = dataSource.migrations.map(({ name }) => name as string);
  return {
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}
