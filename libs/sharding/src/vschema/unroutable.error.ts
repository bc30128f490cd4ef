/** There is no telling where the rows are. Nobody is asked in that case: no guess, no broadcast. */
export class UnroutableError extends Error {
  readonly code = 'unroutable';
  readonly retryable = false;

  /**
   * @param given the columns that were given
   * @param routable the columns, set by set, of which any one would have been enough
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
