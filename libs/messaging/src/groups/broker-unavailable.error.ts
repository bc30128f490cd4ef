/** Nobody can say at the moment where the groups are. */
export class BrokerUnavailableError extends Error {
  readonly code = 'broker-unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('Kafka cannot be asked at the moment', { cause });
    this.name = 'BrokerUnavailableError';
  }
}
