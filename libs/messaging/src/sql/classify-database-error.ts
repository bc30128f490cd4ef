import { driverErrorOf, meaningOfSqlstate, sqlStateOf } from '@groundwork/resilience';
import { types } from 'node:util';
import { DatabaseError } from './database.error.ts';
import { RefusedDataError } from './refused-data.error.ts';

/** JavaScript's errors for a mistake in the program, such as a parameter that is not JSON. Drivers do not use them. */
const PROGRAM_ERRORS: ReadonlySet<unknown> = new Set([
  'AssertionError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);

/**
 * Classifies an error that a database driver has thrown. An answer of the server carries a five-character SQLSTATE, which
 * `meaningOfSqlstate` interprets. Of the errors without one, JavaScript's own errors are mistakes of the program; the others
 * (refused, reset and timed-out connections) are failures to reach the server. Messages are never parsed.
 */
export function classifyDatabaseError(error: unknown): unknown {
  // An adapter that knows its database better has classified the error already.
  if (typeof (error as { retryable?: unknown } | undefined)?.retryable === 'boolean') return error;
  const state = sqlStateOf(error);
  if (state === undefined) return isProgramError(error) ? error : new DatabaseError('unavailable', error);
  const meaning = meaningOfSqlstate(state);
  if (meaning === undefined) return error;
  return meaning === 'refused' ? new RefusedDataError(error) : new DatabaseError(meaning, error);
}

function isProgramError(error: unknown): boolean {
  const innermost = driverErrorOf(error) ?? error;
  return types.isNativeError(innermost) && PROGRAM_ERRORS.has(innermost.name);
}
