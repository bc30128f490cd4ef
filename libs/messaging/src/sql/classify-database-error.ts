import { DatabaseError } from './database.error.ts';
import { RefusedDataError } from './refused-data.error.ts';

/** Five digits and capitals; the digit tells it from system errors such as `EPIPE`. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;
/** Connection exceptions, insufficient resources, operator intervention, system errors. */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57', '58']);
/** A standby that was the primary, or a database in recovery, refuses writes. */
const READ_ONLY = '25006';
/** The server has ended a transaction whose client stood still (`idle_in_transaction_session_timeout`), and its connection. */
const STOOD_STILL = '25P03';
const UNAVAILABLE = new Set([READ_ONLY, STOOD_STILL]);
/** A statement that was cancelled (`statement_timeout`) says nothing of the database as a whole. */
const QUERY_CANCELED = '57014';
/** Serialization failure, deadlock, lock not available: the same transaction succeeds when it is run again. */
const CONFLICTS = new Set(['40001', '40P01', '55P03', QUERY_CANCELED]);

/** Data exceptions and exceeded limits of the program: no repetition mends what is to be stored. */
const REFUSED_CLASSES = new Set(['22', '54']);

/**
 * What an error thrown by a database driver means. An answer of the server carries a five-character SQLSTATE; whatever
 * has none (refused, reset and timed-out connections) is a failure to reach it, so that nothing reads messages.
 */
export function classifyDatabaseError(error: unknown): unknown {
  // An adapter that knows its database better has said what it means.
  if (typeof (error as { retryable?: unknown } | undefined)?.retryable === 'boolean') return error;
  const state = sqlStateOf(error);
  if (state === undefined) return new DatabaseError({ infrastructure: true, cause: error });
  if (CONFLICTS.has(state)) return new DatabaseError({ infrastructure: false, cause: error });
  if (REFUSED_CLASSES.has(state.slice(0, 2))) return new RefusedDataError(error);
  return UNAVAILABLE_CLASSES.has(state.slice(0, 2)) || UNAVAILABLE.has(state)
    ? new DatabaseError({ infrastructure: true, cause: error })
    : error;
}

function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  return [code, driverError?.code].find(
    (candidate): candidate is string => typeof candidate === 'string' && SQLSTATE.test(candidate),
  );
}
