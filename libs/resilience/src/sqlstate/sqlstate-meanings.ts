/**
 * What a failed statement means for its caller:
 * - `unavailable`: the database cannot serve until a restart, the network or its operator fixes it. Every statement would fail.
 * - `overloaded`: the database gave up on the statement because it took too long, or admits no more connections.
 * - `conflict`: the transaction conflicted with another one; the same transaction succeeds later.
 * - `exhausted`: this statement needs more memory, locks or temporary files than the server grants.
 * - `refused`: the database rejects the data of the statement, and a retry cannot help.
 */
export type SqlstateMeaning = 'unavailable' | 'overloaded' | 'conflict' | 'exhausted' | 'refused';

/**
 * By SQLSTATE, or by its class (the first two characters) where the state itself is not listed. `undefined`: the error says
 * nothing about the database as a whole. The same applies to all classes that are missing here, e.g. 23 (a referenced row may
 * still arrive), 42 (a migration may still come) and XX (one damaged row).
 */
const MEANINGS: Readonly<Record<string, SqlstateMeaning | undefined>> = {
  // Connection exceptions; 08P01, a protocol violation, is a mistake of the program (a missing parameter).
  '08': 'unavailable',
  '08P01': undefined,
  // Data exceptions.
  '22': 'refused',
  // A standby that was the primary, or a database in recovery, rejects writes.
  '25006': 'unavailable',
  // The server ended a transaction whose client stood still (idle_in_transaction_session_timeout), and its connection.
  '25P03': 'unavailable',
  // transaction_timeout.
  '25P04': 'overloaded',
  // Wrong password, no such role or database: reasons to refuse a connection, for any event.
  '28': 'unavailable',
  '3D000': 'unavailable',
  // Serialization failure, deadlock, completion unknown; 40002 is a constraint violation.
  '40': 'conflict',
  '40002': undefined,
  // Insufficient resources of the statement (memory, locks, temporary files), except a full disk and too many connections.
  '53': 'exhausted',
  '53100': 'unavailable',
  '53300': 'overloaded',
  // Exceeded limits of the program: too many columns, too deep an expression.
  '54': 'refused',
  // lock_timeout.
  '55P03': 'conflict',
  // Operator intervention: shutdown, crash recovery; 57014 is a cancelled statement (statement_timeout).
  '57': 'unavailable',
  '57014': 'overloaded',
  // System errors; a missing or duplicate file concerns only the relation or extension that needs it.
  '58': 'unavailable',
  '58P01': undefined,
  '58P02': undefined,
};

export function meaningOfSqlstate(state: string): SqlstateMeaning | undefined {
  return state in MEANINGS ? MEANINGS[state] : MEANINGS[state.slice(0, 2)];
}
