import { sqlStateOf } from '@groundwork/resilience';

/**
 * States, and classes of states, that the data of a row causes: it would be refused each time.
 *
 * - 21 cardinality violation: two keys are the same for the type of the column.
 * - 22 data exception, 23 constraint violation, 44 view check, P0 raised by a trigger, 54 limit of the program.
 */
const CAUSED_BY_A_ROW = new Set(['21', '22', '23', '44', '54', 'P0', '40002']);

/** Other errors concern the statement or the database. The same write succeeds after a migration, a restart, or with less load. */
export function isRowError(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && (CAUSED_BY_A_ROW.has(state) || CAUSED_BY_A_ROW.has(state.slice(0, 2)));
}
