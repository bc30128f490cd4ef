import { ProblemError } from '@groundwork/service-kit';

/** A shard lacks migrations that this release requires. The service does not use the shard until it has them. */
export class SchemaSkewError extends ProblemError {
  /** Consumers wait for the migrations instead of counting attempts. */
  readonly infrastructure = true;

  constructor(shard: string, pending: readonly string[]) {
    super({
      status: 503,
      code: 'schema-skew',
      title: 'Schema skew',
      detail: `The database of ${shard} lacks migrations of this release (${pending.join(', ')}). Run migrate-orders.`,
      retryable: true,
      headers: { 'retry-after': '5' },
    });
    this.name = 'SchemaSkewError';
  }
}
