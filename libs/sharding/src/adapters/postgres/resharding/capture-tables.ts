/**
 * Tables that every shard needs for moves. `slot_changes` holds the keys of rows that changed in the slots of
 * `slot_captures`. The triggers that write it exist only while slots are captured. `mover_fence` holds the generation of the
 * mover that may write here. It refuses a mover that was superseded without knowing it (a paused process).
 */
export const CAPTURE_TABLES_SQL = {
  up: `
    create table slot_captures (slot smallint primary key);
    create table slot_changes (
      position bigint generated always as identity primary key,
      slot smallint not null,
      table_name text not null,
      key jsonb not null
    );
    create table mover_fence (
      singleton boolean primary key default true check (singleton),
      generation bigint not null default 0
    );
    insert into mover_fence default values;`,
  down: 'drop table mover_fence; drop table slot_changes; drop table slot_captures;',
} as const;

/**
 * Notes are read slot by slot. Without this index, a switch also reads the notes of every other move, while its writers
 * wait. Applied after `CAPTURE_TABLES_SQL`, outside a transaction and statement by statement, so that it does not block
 * writers.
 */
export const SLOT_CHANGES_BY_SLOT_SQL = {
  up: [
    'drop index concurrently if exists slot_changes_by_slot',
    'create index concurrently slot_changes_by_slot on slot_changes (slot, position)',
  ],
  down: ['drop index concurrently if exists slot_changes_by_slot'],
} as const;

/** Tables of this library on every shard. They stay where they are when slots move. */
export const TABLES_OF_THE_SHARD_ITSELF: readonly string[] = [
  'slot_ownership',
  'shard_state',
  'slot_captures',
  'slot_changes',
  'mover_fence',
];
