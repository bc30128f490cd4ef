import { type Redis } from 'ioredis';

/**
 * NAIVE ON PURPOSE: the invalidation of many articles. The lab `keys` shows how it fails; use tags and `CacheManager.invalidate` of
 * `libs/caching`.
 *
 * `KEYS` looks at every key of the server before Redis answers anyone else. `...keys` puts every key on the stack of JavaScript,
 * which holds about 130,000 of them.
 */
export async function naiveInvalidation(redis: Redis, pattern: string): Promise<void> {
  const keys = await redis.keys(pattern);
  if (keys.length > 0) await redis.del(...keys);
}
