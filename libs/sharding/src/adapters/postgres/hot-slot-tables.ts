/** What the instances of a service report of hot slots. A report is replaced by the next one and counts for ten seconds. */
export const HOT_SLOT_TABLES_SQL = {
  up: `
    create table hot_slots (
      instance text not null,
      slot smallint not null,
      operations_per_second real not null,
      reported_at timestamptz not null default now(),
      primary key (instance, slot)
    );`,
  down: 'drop table hot_slots;',
} as const;
