/**
 * The answering shards found nothing, and another shard did not answer. The row may exist there, so this is not "not found".
 */
export class IncompleteScatterError extends Error {
  readonly code = 'incomplete-scatter';
  readonly retryable = true;

  constructor(
    readonly failedShards: readonly string[],
    options: { readonly cause: unknown },
  ) {
    super(`the search is incomplete: ${failedShards.join(', ')} did not answer; retry later`, options);
    this.name = 'IncompleteScatterError';
  }
}
