import { ProblemError } from '@groundwork/service-kit';

/**
 * Another transaction locks a row that this one needs, or has changed it meanwhile. The shard itself is healthy: it serves
 * other rows, and the same work succeeds when the other transaction has ended.
 */
export class TransactionConflictError extends ProblemError {
  constructor(shard: string, cause: unknown) {
    super({
      status: 503,
      code: 'transaction-conflict',
      title: 'Transaction conflict',
      detail: `Another transaction on ${shard} locks or has changed data that this request needs. Nothing was changed; retry later.`,
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'TransactionConflictError';
  }
}
