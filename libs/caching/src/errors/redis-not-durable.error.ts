/** The Redis server could lose or evict writes that it has acknowledged. Nothing was written. */
export class RedisNotDurableError extends Error {
  readonly code = 'redis-not-durable';
  readonly retryable = false;

  constructor(faults: readonly string[]) {
    super(
      `the Redis server must keep every acknowledged write, but ${faults.join(', and ')}. ` +
        'Start it with: --appendonly yes --appendfsync always --maxmemory-policy noeviction',
    );
    this.name = 'RedisNotDurableError';
  }
}
