/** The database refuses what a statement brings, and always will: too long, too deep, or nothing that the type can hold. */
export class RefusedDataError extends Error {
  readonly code = 'data-refused';
  readonly retryable = false;

  constructor(cause: unknown) {
    super('The database cannot hold the data', { cause });
    this.name = 'RefusedDataError';
  }
}
