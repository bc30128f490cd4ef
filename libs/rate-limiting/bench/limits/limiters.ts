import { ThrottlerStorageService } from '@nestjs/throttler';
import { type Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { RedisLimitStore } from '../../src/adapters/redis/redis-limit-store.ts';
import { type RatePolicy, ratePolicy } from '../../src/gcra/rate-policy.ts';
import { type LimitStore } from '../../src/stores/limit-store.ts';
import { LocalLimitStore } from '../../src/stores/local-limit-store.ts';

/** A limiter with one limit: `limit` requests, and as many again in each `seconds`. */
export interface Limiter {
  readonly name: string;
  allows(key: string): Promise<boolean>;
  close(): Promise<void>;
}

export type MakeLimiter = (limit: number, seconds: number) => Limiter;

export const OURS = 'ours';
export const FLEXIBLE = 'rate-limiter-flexible';
export const THROTTLER = '@nestjs/throttler';

let limiters = 0;
/** Two limiters of one Redis must not share their counts. */
const newName = () => `bench-${(limiters += 1)}`;

const policyOf = (limit: number, seconds: number): RatePolicy =>
  ratePolicy({ name: newName(), capacity: limit, ratePerSecond: limit / seconds });

export const IN_MEMORY: readonly MakeLimiter[] = [
  (limit, seconds) => own(new LocalLimitStore(), policyOf(limit, seconds)),
  (limit, seconds) => flexible(new RateLimiterMemory({ points: limit, duration: seconds })),
  (limit, seconds) => {
    const storage = new ThrottlerStorageService();
    return {
      name: THROTTLER,
      allows: async (key) => {
        const { totalHits } = await storage.increment(key, seconds * 1_000, limit, 0, 'default');
        return totalHits <= limit;
      },
      close: async () => storage.onApplicationShutdown(),
    };
  },
];

export function overRedis(url: string, redis: Redis): readonly MakeLimiter[] {
  return [
    (limit, seconds) => own(new RedisLimitStore({ url, commandTimeoutMs: 10_000 }), policyOf(limit, seconds)),
    (limit, seconds) =>
      flexible(
        new RateLimiterRedis({ storeClient: redis, points: limit, duration: seconds, keyPrefix: newName() }),
      ),
  ];
}

function own(store: LimitStore, policy: RatePolicy): Limiter {
  return {
    name: OURS,
    allows: async (key) => (await store.take([{ policy, key, cost: 1 }]))[0]!.allowed,
    close: () => store.close(),
  };
}

function flexible(limiter: RateLimiterMemory | RateLimiterRedis): Limiter {
  return {
    name: FLEXIBLE,
    allows: async (key) => {
      try {
        await limiter.consume(key);
        return true;
      } catch (error) {
        if (error instanceof RateLimiterRes) return false;
        throw error;
      }
    },
    close: async () => undefined,
  };
}
