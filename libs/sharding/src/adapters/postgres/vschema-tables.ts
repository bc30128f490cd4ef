/** The placements of each table in the last VSchema. Applied to the directory, after `DIRECTORY_TABLES_SQL`. */
export const VSCHEMA_TABLES_SQL = {
  up: `
    create table vschema_placements (
      table_name text primary key,
      placement jsonb not null,
      noted_at timestamptz(3) not null default now()
    );`,
  down: 'drop table vschema_placements;',
} as const;
