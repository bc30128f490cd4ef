export { connectRedisTier, type ConnectedRedisTier, type RedisTierOptions } from './connect-redis-tier.ts';
export { type RedisFence, RedisTier } from './redis-tier.ts';
export { RedisPurgeStore, type RedisPurgeStoreOptions } from './redis-purge-store.ts';
