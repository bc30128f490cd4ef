import { type SqlstateMeaning } from '@groundwork/resilience';

/** A fault that a retry may resolve. */
export type DatabaseFault = Exclude<SqlstateMeaning, 'refused'>;

const MESSAGES: Readonly<Record<DatabaseFault, string>> = {
  unavailable: 'The database is unavailable',
  overloaded: 'The database could not run the statement in time',
  conflict: 'The transaction conflicts with another one and must be retried',
  exhausted: 'The statement needs more resources than the database grants',
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
  /** Whether the database as a whole cannot serve, so that other events would fail, too. Such an error costs no attempt. */
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
