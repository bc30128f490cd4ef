/**
 * Decisions on transactions over several databases, in the directory. A gid is stored before it is prepared anywhere, until
 * it is committed everywhere or aborted. A prepared transaction that is not stored here is rolled back.
 */
export const TWO_PHASE_TABLES_SQL = {
  up: `
    create table two_phase_transactions (
      gid text primary key,
      state text not null default 'open' check (state in ('open', 'committed')),
      participants text[] not null,
      decide_before timestamptz not null
    );`,
  down: 'drop table two_phase_transactions;',
} as const;
