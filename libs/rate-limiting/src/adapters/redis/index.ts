export { RedisLimitStore, type RedisLimitStoreOptions } from './redis-limit-store.ts';
