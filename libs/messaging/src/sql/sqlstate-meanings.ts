/**
 * What a failed statement means for the event at hand:
 * - `unavailable`: the database cannot serve; a restart of it, the network or its operator mends that. Every event would fail.
 * - `overloaded`: the database gave up on the statement because it took too long, or admits no more connections.
 * - `conflict`: another transaction was in the way; the same transaction succeeds later.
 * - `exhausted`: this statement needs more memory, locks or temporary files than the server grants.
 * - `refused`: no repetition mends what the statement brings.
 */
export type SqlstateMeaning = 'unavailable' | 'overloaded' | 'conflict' | 'exhausted' | 'refused';

/**
 * By SQLSTATE, or by its class (the first two characters) where the state is not listed itself. `undefined`: the error says
 * nothing of the database, so the event is tried again and then becomes a dead letter. So do all classes that are missing here,
 * e.g. 23 (a row it refers to may still come), 42 (a migration may still come) and XX (one damaged row).
 */
const MEANINGS: Readonly<Record<string, SqlstateMeaning | undefined>> = {
  // Connection exceptions; 08P01, a message against the protocol, is a mistake of the program (a parameter too few).
  '08': 'unavailable',
  '08P01': undefined,
  // Data exceptions.
  '22': 'refused',
  // A standby that was the primary, or a database in recovery, refuses writes.
  '25006': 'unavailable',
  // The server ended a transaction whose client stood still (idle_in_transaction_session_timeout), and its connection.
  '25P03': 'unavailable',
  // transaction_timeout.
  '25P04': 'overloaded',
  // Wrong password, no such role or database: what a connection is refused for, whatever the event.
  '28': 'unavailable',
  '3D000': 'unavailable',
  // Serialization failure, deadlock, completion unknown; 40002 is a constraint's refusal.
  '40': 'conflict',
  '40002': undefined,
  // Insufficient resources: of the statement (memory, locks, temporary files), unless the disk or the connections are used up.
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
  // System errors; a missing or a second file is the fault of the one relation or extension that wants it.
  '58': 'unavailable',
  '58P01': undefined,
  '58P02': undefined,
};

export function meaningOfSqlstate(state: string): SqlstateMeaning | undefined {
  return state in MEANINGS ? MEANINGS[state] : MEANINGS[state.slice(0, 2)];
}
