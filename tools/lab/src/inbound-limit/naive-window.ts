import { type Redis } from 'ioredis';

/**
 * NAIVE ON PURPOSE: the fixed window of many articles, `INCR` and `EXPIRE`. The lab `inbound-limit` shows how it fails; use
 * `RedisLimitStore` of `libs/rate-limiting`.
 *
 * A client that sends at the end of one window and at the beginning of the next gets both limits at once.
 */
export class NaiveWindow {
  constructor(
    private readonly redis: Redis,
    private readonly limit: number,
    private readonly windowSeconds: number,
  ) {}

  async allows(key: string): Promise<boolean> {
    const window = Math.floor(Date.now() / (this.windowSeconds * 1_000));
    const counter = `limit:${key}:${window}`;
    const used = await this.redis.incr(counter);
    if (used === 1) await this.redis.expire(counter, this.windowSeconds);
    return used <= this.limit;
  }
}
