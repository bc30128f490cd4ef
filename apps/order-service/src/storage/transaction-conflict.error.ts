import { ProblemError } from '@groundwork/service-kit';

/**
 * Another transaction holds a row that this one needs, or has changed it meanwhile. The shard itself is well: other rows are
 * served, and the same work succeeds once the other transaction has ended.
 */
export class TransactionConflictError extends ProblemError {
  constructor(shard: string, cause: unknown) {
    super({
      status: 503,
      code: 'transaction-conflict',
      title: 'Transaction conflict',
      detail: `Another transaction on ${shard} holds what this request needs. Nothing was changed.`,
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'TransactionConflictError';
  }
}
