import { Redis } from 'ioredis';
import { GuardedTier, type GuardedTierOptions } from '../../tiers/guarded-tier.ts';
import { type RedisFence, RedisTier } from './redis-tier.ts';

export interface RedisTierOptions extends GuardedTierOptions {
  readonly url: string;
  /** Keeps this cache apart from others in the same Redis. */
  readonly namespace: string;
}

export interface ConnectedRedisTier {
  readonly tier: GuardedTier<RedisFence>;
  /** The connection, for health checks. */
  readonly redis: Redis;
  close(): void;
}

/** The format of the stored entries; raise it when it changes, so that old and new processes never read each other's. */
const FORMAT = 1;

/**
 * A guarded Redis tier on a connection of its own. Resolves once connected or once the first attempt has failed: a Redis
 * that is down is a reason to work without it, not to wait.
 */
export async function connectRedisTier({
  url,
  namespace,
  ...guard
}: RedisTierOptions): Promise<ConnectedRedisTier> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 1_000,
    // ioredis would otherwise queue commands while it is disconnected and resend them 20 times: a minute and more a call.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
    // No `commandTimeout` (it takes a stall of this process's event loop for one of Redis's) and no `socketTimeout` (its
    // timer outlives the connection it was set for and ends the next one): both limits are the guard's.
  });
  const tier = new GuardedTier(new RedisTier(redis, `${namespace}:${FORMAT}:`), {
    // Not `disconnect`, which waits for the peer to close its side.
    dropConnection: () => redis.stream?.destroy(),
    ...guard,
  });
  // ioredis reports each failed attempt here and throws without a listener; what matters arrives as `close`.
  redis.on('error', () => undefined);
  redis.on('close', () => tier.connectionLost());
  await redis.connect().catch(() => undefined);
  return {
    tier,
    redis,
    close: () => {
      tier.close();
      redis.disconnect();
    },
  };
}
