import { types } from 'node:util';
import { DatabaseError } from './database.error.ts';
import { RefusedDataError } from './refused-data.error.ts';
import { meaningOfSqlstate } from './sqlstate-meanings.ts';

/** Five digits and capitals; the digit tells it from system errors such as `EPIPE`. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** What JavaScript throws for a mistake of the program, such as a parameter that is no JSON. A driver's own errors are none of these. */
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
 * What an error thrown by a database driver means. An answer of the server carries a five-character SQLSTATE, and
 * `meaningOfSqlstate` says what it means. Of the errors without one, those of JavaScript itself are the program's; the others
 * (refused, reset and timed-out connections) are a failure to reach the server, so that nothing reads messages.
 */
export function classifyDatabaseError(error: unknown): unknown {
  // An adapter that knows its database better has said what it means.
  if (typeof (error as { retryable?: unknown } | undefined)?.retryable === 'boolean') return error;
  const state = sqlStateOf(error);
  if (state === undefined) return isProgramError(error) ? error : new DatabaseError('unavailable', error);
  const meaning = meaningOfSqlstate(state);
  if (meaning === undefined) return error;
  return meaning === 'refused' ? new RefusedDataError(error) : new DatabaseError(meaning, error);
}

function sqlStateOf(error: unknown): string | undefined {
  return [error, driverErrorOf(error)]
    .map((one) => (one as { code?: unknown } | null | undefined)?.code)
    .find((code): code is string => typeof code === 'string' && SQLSTATE.test(code));
}

function isProgramError(error: unknown): boolean {
  const innermost = driverErrorOf(error) ?? error;
  return types.isNativeError(innermost) && PROGRAM_ERRORS.has(innermost.name);
}

/** What TypeORM has wrapped. */
function driverErrorOf(error: unknown): unknown {
  return (error as { driverError?: unknown } | null | undefined)?.driverError;
}
