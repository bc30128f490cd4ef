import { type SqlstateMeaning } from './sqlstate-meanings.ts';

/** What a repetition may mend. */
export type DatabaseFault = Exclude<SqlstateMeaning, 'refused'>;

const MESSAGES: Readonly<Record<DatabaseFault, string>> = {
  unavailable: 'The database cannot be used',
  overloaded: 'The database could not run the statement in time',
  conflict: 'The transaction must be repeated',
  exhausted: 'The statement needs more than the database grants it',
};
const CODES = {
  unavailable: 'database-unavailable',
  overloaded: 'database-overloaded',
  conflict: 'transaction-conflict',
  exhausted: 'statement-too-expensive',
} as const satisfies Record<DatabaseFault, string>;

/** A statement failed for a reason that lies in the database, not in the event. */
export class DatabaseError extends Error {
  readonly code: string;
  readonly retryable = true;
  /** Whether the database as a whole cannot serve: other events would fail the same way. It costs no attempt. */
  readonly infrastructure: boolean;

  constructor(
    readonly fault: DatabaseFault,
    cause: unknown,
  ) {
    super(MESSAGES[fault], { cause });
    this.name = 'DatabaseError';
    this.code = CODES[fault];
    this.infrastructure = fault === 'unavailable' || fault === 'overloaded';
  }
}
