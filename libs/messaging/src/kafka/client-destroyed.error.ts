/** Ends the sockets of a Kafka client that is no longer used. */
export class ClientDestroyedError extends Error {
  readonly code = 'client-destroyed';
  readonly retryable = false;

  constructor() {
    super('The Kafka client has been destroyed');
    this.name = 'ClientDestroyedError';
  }
}
