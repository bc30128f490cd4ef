/** Nothing was found, and somebody was not asked who might have had it: that is no "not found". */
export class IncompleteScatterError extends Error {
  readonly code = 'incomplete-scatter';
  readonly retryable = true;

  constructor(
    readonly failedShards: readonly string[],
    options: { readonly cause: unknown },
  ) {
    super(`not all shards could be asked: ${failedShards.join(', ')} did not answer`, options);
    this.name = 'IncompleteScatterError';
  }
}
