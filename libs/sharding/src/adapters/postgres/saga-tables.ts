/**
 * The sagas of a shard's slots, and the steps that were done or compensated in its slots. Both move with their slot. The row
 * of a step is stored in the slot of its effect, which may differ from the slot of the saga.
 */
export const SAGA_TABLES_SQL = {
  up: `
    create table sagas (
      slot smallint not null,
      id text not null,
      saga text not null,
      state text not null check (state in ('running', 'compensating', 'done', 'compensated')),
      step smallint not null,
      context jsonb not null,
      attempts int not null,
      failure jsonb,
      lease bigint not null,
      leased_until timestamptz not null,
      begun_at timestamptz not null default now(),
      primary key (slot, id)
    );
    create index sagas_unfinished on sagas (leased_until) where state in ('running', 'compensating');
    create table saga_steps (
      slot smallint not null,
      saga_id text not null,
      step text not null,
      outcome text not null check (outcome in ('done', 'undone')),
      primary key (slot, saga_id, step)
    );`,
  down: 'drop table saga_steps; drop table sagas;',
} as const;

/**
 * Applied after `SAGA_TABLES_SQL`: indexes that find ended sagas and their steps. Each statement runs separately, outside a
 * transaction, while the tables are in use. An interrupted one is run again.
 */
export const FORGET_SAGAS_SQL = {
  up: [
    'drop index concurrently if exists sagas_ended',
    `create index concurrently sagas_ended on sagas (leased_until) where state in ('done', 'compensated')`,
    'drop index concurrently if exists saga_steps_by_saga',
    'create index concurrently saga_steps_by_saga on saga_steps (saga_id)',
  ],
  down: [
    'drop index concurrently if exists saga_steps_by_saga',
    'drop index concurrently if exists sagas_ended',
  ],
} as const;
