import { commonEnvironment, durationMs, kafkaBrokers } from '@groundwork/service-kit';
import { z } from 'zod';
import { shardUrls } from './storage/shard-urls.ts';
import { slotMapText } from './storage/slot-map-text.ts';

const POOL_SIZE = 'expected a whole number of connections from 2 to 100';

export const environment = z
  .object({
    ...commonEnvironment,
    SHARD_URLS: shardUrls,
    SLOT_MAP: slotMapText,
    KAFKA_BROKERS: kafkaBrokers,
    /** Connections of this instance to each shard; the relay of its outbox has one more. */
    SHARD_POOL_SIZE: z.coerce
      .number({ error: POOL_SIZE })
      .int(POOL_SIZE)
      .min(2, POOL_SIZE)
      .max(100, POOL_SIZE)
      .default(10),
    /** How long a request waits for a connection before its shard counts as unavailable. */
    SHARD_CONNECT_TIMEOUT_MS: durationMs(1_000),
    SHARD_STATEMENT_TIMEOUT_MS: durationMs(2_000),
  })
  .superRefine(({ SHARD_URLS, SLOT_MAP }, context) => {
    for (const shard of SLOT_MAP.shards) {
      if (SHARD_URLS.has(shard)) continue;
      const message = `it names ${shard}, but SHARD_URLS has only ${[...SHARD_URLS.keys()].join(', ')}`;
      context.addIssue({ code: 'custom', path: ['SLOT_MAP'], message });
    }
  });

export type OrderServiceConfig = Readonly<z.output<typeof environment>>;

/** The token of the configuration. */
export const CONFIG = Symbol('order-service configuration');
