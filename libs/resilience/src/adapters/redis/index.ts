export {
  FailFastRedis,
  type FailFastRedisOptions,
  redisScript,
  type RedisScript,
} from './fail-fast-redis.ts';
export { RedisSemaphoreStore, type RedisSemaphoreStoreOptions } from './redis-semaphore-store.ts';
export { RedisWakeUps } from './redis-wake-ups.ts';
