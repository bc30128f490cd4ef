/**
 * The tables of a database that takes part in exactly-once messaging; a service's migration runs `up`.
 *
 * - `inbox`: one row for each event whose effect a consumer has stored, written in the effect's transaction.
 * - `outbox`: events that are committed but not yet published; the relay deletes those that the broker has acknowledged.
 */
export const MESSAGING_TABLES_SQL = {
  up: `
    create table inbox (
      consumer text not null,
      event_id text not null,
      processed_at timestamptz not null default now(),
      primary key (consumer, event_id)
    );
    create table outbox (
      position bigint generated always as identity primary key,
      event_id uuid not null unique,
      slot smallint not null,
      topic text not null,
      key text not null,
      type text not null,
      data jsonb not null,
      traceparent text null,
      occurred_at timestamptz not null default now()
    );`,
  down: `
    drop table outbox;
    drop table inbox;`,
} as const;

/** The claim of each consumed partition, and the next offset after the effects in this database (see PartitionFence). */
export const CONSUMED_PARTITIONS_SQL = {
  up: `
    create table consumed_partitions (
      consumer_group text not null,
      topic text not null,
      partition int not null,
      epoch bigint not null,
      next_offset bigint,
      primary key (consumer_group, topic, partition)
    ) with (fillfactor = 50);`,
  down: 'drop table consumed_partitions;',
} as const;

/** The inbox by slot: where slots move between databases, its rows are moved slot by slot. Applied after the above. */
export const INBOX_BY_SLOT_SQL = {
  up: `
    alter table inbox add column slot smallint not null default 0;
    alter table inbox drop constraint inbox_pkey, add primary key (slot, consumer, event_id);`,
  down: `
    alter table inbox drop constraint inbox_pkey, drop column slot, add primary key (consumer, event_id);`,
} as const;

/** Headers that an event is published with in addition to, or instead of, its own. Applied after the above. */
export const OUTBOX_HEADERS_SQL = {
  up: 'alter table outbox add column headers jsonb;',
  down: 'alter table outbox drop column headers;',
} as const;

/** Events that the broker rejected, set aside in the outbox (see `listRefusedEvents`). Applied after the above. */
export const OUTBOX_REFUSALS_SQL = {
  up: 'alter table outbox add column refused_at timestamptz, add column refusal text;',
  down: 'alter table outbox drop column refused_at, drop column refusal;',
} as const;

/** The pauses of operators (see ConsumerPauses), in a database that all members of a group can read. */
export const CONSUMER_PAUSES_SQL = {
  up: `
    create table consumer_pauses (
      consumer_group text not null,
      topic text not null,
      paused_by text,
      reason text not null,
      paused_at timestamptz not null default now(),
      primary key (consumer_group, topic)
    );`,
  down: 'drop table consumer_pauses;',
} as const;
