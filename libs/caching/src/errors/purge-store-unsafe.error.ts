/** The store may lose jobs by itself, so it is refused. */
export class PurgeStoreUnsafeError extends Error {
  readonly code = 'cache-purge-store-unsafe';
  readonly retryable = false;

  constructor(fault: string, options?: ErrorOptions) {
    super(`the store of edge purges could lose jobs: ${fault}`, options);
    this.name = 'PurgeStoreUnsafeError';
  }
}
