export interface ShardBehind {
  readonly shard: string;
  readonly error: unknown;
}

/** Some shards could not be migrated. All other shards were migrated, because a failed shard does not stop the run. */
export class ShardsBehindError extends AggregateError {
  readonly code = 'shards-behind';
  readonly retryable = true;

  constructor(behind: readonly ShardBehind[], shards: number) {
    const reasons = behind.map(({ shard, error }) => `${shard} (${(error as Error).message})`);
    super(
      behind.map(({ error }) => error),
      `${behind.length} of ${shards} shards are not migrated: ${reasons.join(', ')}. The others are up to date. ` +
        'Run migrate-orders again when these shards can be migrated. Until then this release does not serve their customers',
    );
    this.name = 'ShardsBehindError';
  }
}
