/** The store of the purge queue did not confirm a call, or not in time. The call may have been done. */
export class PurgeStoreUnavailableError extends Error {
  readonly code = 'cache-purge-store-unavailable';
  readonly retryable = true;

  constructor(fault: string, options?: ErrorOptions) {
    super(`the store of edge purges did not confirm the call: ${fault}`, options);
    this.name = 'PurgeStoreUnavailableError';
  }
}
