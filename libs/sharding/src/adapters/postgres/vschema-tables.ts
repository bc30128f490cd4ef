/** Where the rows of each table were placed by the last VSchema; applied to the directory, after `DIRECTORY_TABLES_SQL`. */
export const VSCHEMA_TABLES_SQL = {
  up: `
    create table vschema_placements (
      table_name text primary key,
      placement jsonb not null,
      noted_at timestamptz(3) not null default now()
    );`,
  down: 'drop table vschema_placements;',
} as const;
