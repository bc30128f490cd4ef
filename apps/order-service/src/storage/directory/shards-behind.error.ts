export interface ShardBehind {
  readonly shard: string;
  readonly error: unknown;
}

/** Some shards could not be migrated. All others were: each shard is tried, whatever becomes of the ones before it. */
export class ShardsBehindError extends AggregateError {
  readonly code = 'shards-behind';
  readonly retryable = true;

  constructor(behind: readonly ShardBehind[], shards: number) {
    const reasons = behind.map(({ shard, error }) => `${shard} (${(error as Error).message})`);
    super(
      behind.map(({ error }) => error),
      `${behind.length} of ${shards} shards are not migrated: ${reasons.join(', ')}. The others are up to date. ` +
        'Run migrate-orders again once these can be migrated: until then this release serves all customers but theirs',
    );
    this.name = 'ShardsBehindError';
  }
}
