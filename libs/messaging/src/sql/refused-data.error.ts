/** The database always rejects the data of a statement: it is too long, too deeply nested, or not a value of the type. */
export class RefusedDataError extends Error {
  readonly code = 'data-refused';
  readonly retryable = false;

  constructor(cause: unknown) {
    super('The database cannot store the data', { cause });
    this.name = 'RefusedDataError';
  }
}
