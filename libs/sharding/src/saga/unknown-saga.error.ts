/** The log contains a saga that this version of the program does not define. */
export class UnknownSagaError extends Error {
  readonly code = 'unknown-saga';
  readonly retryable = false;

  constructor(saga: string, id: string) {
    super(`this process does not define the saga ${saga} and leaves ${id} to others`);
    this.name = 'UnknownSagaError';
  }
}
