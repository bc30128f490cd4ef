/**
 * The channel that pushes a committed change of the map to every process. It is only a hint, because all of them also poll.
 */
export const SLOT_MAP_CHANNEL = 'slot_map';

/**
 * The directory: the shards, and the owner of each slot with its epoch. A transaction that changes the map also raises its
 * epoch and those of the slots and shards, and notifies `SLOT_MAP_CHANNEL`.
 */
export const DIRECTORY_TABLES_SQL = {
  up: `
    create table slot_map (
      singleton boolean primary key default true check (singleton),
      epoch bigint not null
    );
    create table shards (
      name text primary key,
      url text not null,
      ownership_epoch bigint not null default 0,
      added_at timestamptz not null default now()
    );
    create table slots (
      slot smallint primary key check (slot between 0 and 4095),
      shard text not null references shards,
      epoch bigint not null,
      ids_after_ms bigint not null default 0
    );
    create index slots_by_epoch on slots (epoch);`,
  down: 'drop table slots; drop table shards; drop table slot_map;',
} as const;
