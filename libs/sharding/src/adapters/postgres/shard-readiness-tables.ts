/**
 * Whether a shard may be given slots. Applied after `DIRECTORY_TABLES_SQL`. A new shard is registered before it gets its
 * copy of the reference tables. From then on, a change of these tables cannot commit without it. It is ready after it has
 * the copy.
 */
export const SHARD_READINESS_SQL = {
  up: 'alter table shards add column is_ready boolean not null default true;',
  down: 'alter table shards drop column is_ready;',
} as const;
