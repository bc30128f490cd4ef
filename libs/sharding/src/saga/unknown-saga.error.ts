/** The log has a saga that this version of the program does not know. */
export class UnknownSagaError extends Error {
  readonly code = 'unknown-saga';
  readonly retryable = false;

  constructor(saga: string, id: string) {
    super(`nobody here knows how to go on with the saga ${saga} (${id})`);
    this.name = 'UnknownSagaError';
  }
}
