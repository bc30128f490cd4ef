import { type Redis } from 'ioredis';

/**
 * NAIVE ON PURPOSE: the cache of many articles, with a lock for each key against a stampede. The lab `herd` shows how it fails; use
 * `CacheManager` of `libs/caching`.
 *
 * The lock is in the memory of one process, so each process loads the entry once. A load that started before an invalidation
 * stores its old value after it.
 */
export class NaiveCache {
  private readonly loading = new Map<string, Promise<string>>();

  constructor(
    private readonly redis: Redis,
    private readonly ttlMs: number,
  ) {}

  async getOrSet(key: string, load: () => Promise<string>): Promise<string> {
    const cached = await this.redis.get(key);
    return cached ?? this.loading.get(key) ?? this.load(key, load);
  }

  async invalidate(key: string): Promise<void> {
    await this.redis.del(key);
  }

  private async load(key: string, load: () => Promise<string>): Promise<string> {
    const loading = load();
    this.loading.set(key, loading);
    try {
      const value = await loading;
      await this.redis.set(key, value, 'PX', this.ttlMs);
      return value;
    } finally {
      this.loading.delete(key);
    }
  }
}
