/**
 * Whether a shard may be given slots; applied after `DIRECTORY_TABLES_SQL`. A new shard is told of before it has its copy of
 * the reference tables: from then on nothing that changes them is decided without it. It is ready once it has the copy.
 */
export const SHARD_READINESS_SQL = {
  up: 'alter table shards add column is_ready boolean not null default true;',
  down: 'alter table shards drop column is_ready;',
} as const;
