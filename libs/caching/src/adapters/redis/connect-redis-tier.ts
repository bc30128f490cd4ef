import { RedisWakeUps } from '@groundwork/resilience/redis';
import { Redis } from 'ioredis';
import { CodedTier } from '../../tiers/coded-tier.ts';
import { GuardedTier, type GuardedTierOptions } from '../../tiers/guarded-tier.ts';
import { type Codec } from '../../codecs/codec.ts';
import { RedisJournal } from './redis-journal.ts';
import { type RedisFence, RedisTier } from './redis-tier.ts';

export interface RedisTierOptions extends GuardedTierOptions {
  readonly url: string;
  /** Separates this cache from others in the same Redis. */
  readonly namespace: string;
  /** How values are stored. Default: JSON. Give the same one to all processes. */
  readonly codec?: Codec;
}

export interface ConnectedRedisTier {
  readonly tier: CodedTier<RedisFence>;
  /** Carries invalidations to L1 of every process with the same URL and namespace. */
  readonly journal: RedisJournal;
  /** The connection, for health checks. */
  readonly redis: Redis;
  close(): void;
}

/** Version of the format of stored entries. Increase it with every change: old and new processes then use different keys. */
const FORMAT = 4;

/**
 * Opens a guarded Redis tier on its own connection. Resolves when it is connected or when the first attempt has failed: if
 * Redis is down, the process works without it instead of waiting.
 */
export async function connectRedisTier({
  url,
  namespace,
  codec,
  ...guard
}: RedisTierOptions): Promise<ConnectedRedisTier> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 1_000,
    // By default ioredis queues commands while it is disconnected and resends them 20 times: over a minute for a call.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // After a failover, this server is a replica, and the name leads to the new primary.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
    // The guard applies both limits instead of `commandTimeout` (it mistakes a stall of this process's event loop for a
    // stall of Redis) and `socketTimeout` (its timer outlives its connection and closes the next one).
  });
  // The braces keep all keys on one node of a Redis Cluster.
  const prefix = `{${namespace}:${FORMAT}}:`;
  const messages = new RedisWakeUps((options) => redis.duplicate(options));
  const guarded = new GuardedTier<RedisFence>(new RedisTier(redis, prefix, messages), {
    // `disconnect` would wait for the peer to close its side.
    dropConnection: () => redis.stream?.destroy(),
    ...guard,
  });
  // ioredis emits `error` for each failed attempt and throws without a listener. `close` reports the lost connection.
  redis.on('error', () => undefined);
  redis.on('close', () => guarded.connectionLost());
  const journal = new RedisJournal(redis, prefix, { messages, isUsable: () => guarded.isAvailable });
  await redis.connect().catch(() => undefined);
  await guarded.recover().catch(() => undefined);
  return {
    tier: new CodedTier(guarded, codec),
    journal,
    redis,
    close: () => {
      guarded.close();
      messages.close();
      redis.disconnect();
    },
  };
}
