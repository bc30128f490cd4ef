import { sqlStateOf } from '@groundwork/resilience';

/**
 * States, and classes of states, that concern the statement, the connection or the whole database: the same write succeeds after a
 * migration, a restart, or with less load. All others are caused by the data of a row (constraints, casts, triggers with states of their
 * own), which would be refused each time.
 */
const NOT_CAUSED_BY_A_ROW = new Set([
  ...[
    '08',
    '0A',
    '25',
    '26',
    '28',
    '2D',
    '34',
    '3B',
    '3D',
    '3F',
    '40',
    '42',
    '53',
    '55',
    '57',
    '58',
    'F0',
    'HV',
  ],
  'XX000',
]);

/** A constraint that was violated at the end of a transaction. */
const INTEGRITY = '40002';

export function isRowError(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state === undefined) return false;
  if (state === INTEGRITY) return true;
  return !NOT_CAUSED_BY_A_ROW.has(state) && !NOT_CAUSED_BY_A_ROW.has(state.slice(0, 2));
}
