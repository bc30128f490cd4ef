import { type DataSource } from 'typeorm';

/** What a database's ledger of migrations and the code say of each other. */
export interface SchemaState {
  /** Migrations of the code that the database does not have yet, in the order in which they will be applied. */
  readonly pending: readonly string[];
  /** Migrations that the database has and the code does not know: a newer release has been here. */
  readonly unknown: readonly string[];
}

/** Reads the ledger and changes nothing. A database without one has all migrations pending. */
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
