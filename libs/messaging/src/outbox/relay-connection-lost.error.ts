/** The relay has lost its database connection; another relay may hold the lock by now. */
export class RelayConnectionLostError extends Error {
  readonly code = 'relay-connection-lost';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('The relay has lost its database connection', { cause });
    this.name = 'RelayConnectionLostError';
  }
}
