/** The broker does not answer, so the positions of the groups are unknown. */
export class BrokerUnavailableError extends Error {
  readonly code = 'broker-unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('Kafka does not answer at the moment; retry later', { cause });
    this.name = 'BrokerUnavailableError';
  }
}
