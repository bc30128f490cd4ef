/**
 * Creates what the write-behind store keeps beside the tables of the application: run it in a migration.
 *
 * @param schema where the tables are: the same as in `PostgresWriteStore`
 */
export function writeBehindTablesSql(schema = 'public'): string {
  const name = quoted(schema);
  return `
    CREATE SCHEMA IF NOT EXISTS ${name};
    CREATE TABLE IF NOT EXISTS ${name}.write_behind_positions (
      log text PRIMARY KEY,
      position bigint NOT NULL,
      bound_to text NOT NULL DEFAULT '',
      applied_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE IF NOT EXISTS ${name}.write_behind_receipts (
      log text NOT NULL,
      collection text NOT NULL,
      key text NOT NULL,
      idempotency_key text NOT NULL,
      received_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (log, collection, key, idempotency_key)
    );
    CREATE INDEX IF NOT EXISTS write_behind_receipts_received_at
      ON ${name}.write_behind_receipts (log, received_at);
    CREATE TABLE IF NOT EXISTS ${name}.write_behind_refused (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      log text NOT NULL,
      position bigint NOT NULL,
      collection text NOT NULL,
      key text NOT NULL,
      change jsonb NOT NULL,
      sqlstate text,
      error text NOT NULL,
      refused_at timestamptz NOT NULL DEFAULT now()
    );`;
}

/** Returns the name as an identifier of SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
