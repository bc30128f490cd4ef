import {
  commonEnvironment,
  duration,
  durationMs,
  kafkaBrokers,
  postgresUrl,
  risingDurations,
} from '@groundwork/service-kit';
import { z } from 'zod';
import { vschemaFile } from './routing/vschema-file.ts';
import { shardUrls } from './storage/shard-urls.ts';

const POOL_SIZE = 'expected a whole number of connections from 2 to 100';
const INSTANCES = 'expected a whole number of instances from 1 to 1000';

export const environment = z.object({
  ...commonEnvironment,
  /** The directory of slots: it says which shards there are, and what they own. */
  DIRECTORY_URL: postgresUrl,
  /** `off`: changes of the slot map are found by polling only, as if the push were lost. */
  DIRECTORY_PUSH: z.enum(['on', 'off'], { error: 'expected on or off' }).default('on'),
  /** The addresses of databases that may become shards, so that an operator can add one by its name. */
  SHARD_URLS: shardUrls,
  /** Says which slot every row is in. */
  VSCHEMA_FILE: vschemaFile,
  KAFKA_BROKERS: kafkaBrokers,
  /** After how long a failed event is tried again: one retry for each. Each has a topic, so all services name the same. */
  RETRY_DELAYS: risingDurations('1s,5s,30s,5m,1h'),
  /** Connections of this instance to each shard; the relay of its outbox has one more. */
  SHARD_POOL_SIZE: z.coerce
    .number({ error: POOL_SIZE })
    .int(POOL_SIZE)
    .min(2, POOL_SIZE)
    .max(100, POOL_SIZE)
    .default(10),
  /** How many instances of this service share the shards' connections: they must suffice for all. */
  INSTANCES: z.coerce
    .number({ error: INSTANCES })
    .int(INSTANCES)
    .min(1, INSTANCES)
    .max(1_000, INSTANCES)
    .default(2),
  /** How long a request waits for a connection before its shard counts as unavailable. */
  SHARD_CONNECT_TIMEOUT_MS: durationMs(2_000),
  SHARD_STATEMENT_TIMEOUT_MS: durationMs(2_000),
  /** After how long without a sign of life a saga is gone on with by another instance: longer than any of its steps takes. */
  SAGA_LEASE_MS: durationMs(30_000),
  /** How long a saga that has ended is remembered, with its steps: longer than a paused process may stand still. */
  SAGA_RETENTION: duration('7d'),
  /** How long an idempotency key is remembered: a request that repeats it later is a new one. */
  IDEMPOTENCY_RETENTION: duration('7d'),
  /** How long an event is remembered: longer than its topic keeps it, or one that is read again has its effect again. */
  INBOX_RETENTION: duration('8d'),
  /** How long each shard may take for its part of an answer that all of them give. */
  SCATTER_DEADLINE_MS: durationMs(1_500),
});

export type OrderServiceConfig = Readonly<z.output<typeof environment>>;

/** The token of the configuration. */
export const CONFIG = Symbol('order-service configuration');
