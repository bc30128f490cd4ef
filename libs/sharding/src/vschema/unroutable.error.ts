/** The rows cannot be located by the given columns. The query is refused; there is no guess and no broadcast. */
export class UnroutableError extends Error {
  readonly code = 'unroutable';
  readonly retryable = false;

  /**
   * @param given the columns that were given
   * @param routable sets of columns; each set alone is enough to route
   */
  constructor(
    readonly table: string,
    detail: string,
    readonly given: readonly string[] = [],
    readonly routable: readonly (readonly string[])[] = [],
    cause?: unknown,
  ) {
    super(`${table} cannot be routed: ${detail}`, cause === undefined ? undefined : { cause });
    this.name = 'UnroutableError';
  }
}
