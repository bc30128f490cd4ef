/** The channel on which a request of the operator wakes the mover. It is only a hint, because the mover also polls. */
export const MOVES_CHANNEL = 'shard_moves';

/**
 * The directory's tables of moves, applied after `DIRECTORY_TABLES_SQL`. The admin API writes requests (`moves`), and the
 * mover writes their progress (`move_chunks`). A slot in `moving_slots` is moving; the primary key allows only one move a
 * slot.
 */
export const MOVE_TABLES_SQL = {
  up: `
    create table moves (
      id bigint generated always as identity primary key,
      goal text not null check (goal in ('follow', 'switch', 'reverse', 'drop')),
      requested_at timestamptz(3) not null default now(),
      verify_requested_at timestamptz(3),
      finished_at timestamptz(3)
    );
    create table move_chunks (
      id bigint generated always as identity primary key,
      move bigint not null references moves,
      source text not null references shards,
      destination text not null references shards,
      owner text not null references shards,
      slots smallint[] not null,
      phase text not null default 'planned',
      epoch bigint,
      copy_table text,
      copy_after jsonb,
      rows_copied bigint not null default 0,
      rows_total bigint,
      backlog bigint not null default 0,
      verified_at timestamptz(3),
      fault text,
      waiting text,
      phase_since timestamptz(3) not null default now(),
      check (owner in (source, destination)),
      check (source <> destination)
    );
    create index move_chunks_by_move on move_chunks (move);
    create table moving_slots (
      slot smallint primary key references slots,
      chunk bigint not null references move_chunks,
      move bigint not null references moves
    );
    create table slot_switches (
      slot smallint not null references slots,
      epoch bigint not null,
      move bigint not null references moves,
      from_shard text not null,
      to_shard text not null,
      pause_ms real not null,
      switched_at timestamptz(3) not null default now(),
      primary key (slot, epoch)
    );
    create index slot_switches_by_move on slot_switches (move);
    create table mover (
      singleton boolean primary key default true check (singleton),
      generation bigint not null default 0,
      holder text,
      pid int,
      held_since timestamptz(3)
    );
    insert into mover default values;`,
  down: `
    drop table mover;
    drop table slot_switches;
    drop table moving_slots;
    drop table move_chunks;
    drop table moves;`,
} as const;

/** Applied after `MOVE_TABLES_SQL`. Allows abandoning a move whose other side is permanently lost. */
export const ABANDON_SQL = {
  up: `alter table moves drop constraint moves_goal_check,
    add constraint moves_goal_check check (goal in ('follow', 'switch', 'reverse', 'drop', 'abandon'))`,
  down: `alter table moves drop constraint moves_goal_check,
    add constraint moves_goal_check check (goal in ('follow', 'switch', 'reverse', 'drop')) not valid`,
} as const;

/** Applied after `MOVE_TABLES_SQL`. Records how long writers of the slots waited for switches that failed. */
export const HELD_TIME_SQL = {
  up: 'alter table move_chunks add column held_ms real not null default 0',
  down: 'alter table move_chunks drop column held_ms',
} as const;
