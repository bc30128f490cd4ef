/** What the instances of a service report of their busiest slots. A report is replaced by the next one and counts for ten seconds. */
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

/** Applied after `HOT_SLOT_TABLES_SQL`: what all slots of the instance carry together, beside each that it tells of. */
export const HOT_SLOT_TOTALS_SQL = {
  up: 'alter table hot_slots add column of_all real not null default 0',
  down: 'alter table hot_slots drop column of_all',
} as const;
