/**
 * Reports of the instances of a service about their busiest slots. The next report replaces a report, which counts for ten
 * seconds.
 */
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

/** Applied after `HOT_SLOT_TABLES_SQL`. Adds the rate of all slots of the instance to each reported slot. */
export const HOT_SLOT_TOTALS_SQL = {
  up: 'alter table hot_slots add column of_all real not null default 0',
  down: 'alter table hot_slots drop column of_all',
} as const;
