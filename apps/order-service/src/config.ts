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
  /** The slot directory, which stores the shards and the slots of each shard. */
  DIRECTORY_URL: postgresUrl,
  /** `off`: the service detects changes of the slot map by polling only, as if notifications were lost. */
  DIRECTORY_PUSH: z.enum(['on', 'off'], { error: 'expected on or off' }).default('on'),
  /** The addresses of databases that may become shards, so that an operator can add one by its name. */
  SHARD_URLS: shardUrls,
  /** Maps every row to its slot. */
  VSCHEMA_FILE: vschemaFile,
  KAFKA_BROKERS: kafkaBrokers,
  /**
   * The delay before each retry of a failed event. Each delay has its own topic, so all services must use the same delays.
   */
  RETRY_DELAYS: risingDurations('1s,5s,30s,5m,1h'),
  /** Connections of this instance to each shard, in addition to the connection of the outbox relay. */
  SHARD_POOL_SIZE: z.coerce
    .number({ error: POOL_SIZE })
    .int(POOL_SIZE)
    .min(2, POOL_SIZE)
    .max(100, POOL_SIZE)
    .default(10),
  /** The number of instances that share the connections of the shards. The connections must suffice for all instances. */
  INSTANCES: z.coerce
    .number({ error: INSTANCES })
    .int(INSTANCES)
    .min(1, INSTANCES)
    .max(1_000, INSTANCES)
    .default(2),
  /** How long a request waits for a connection before its shard counts as unavailable. */
  SHARD_CONNECT_TIMEOUT_MS: durationMs(2_000),
  SHARD_STATEMENT_TIMEOUT_MS: durationMs(2_000),
  /** How long a saga goes without a lease renewal before another instance resumes it: longer than any step of a saga. */
  SAGA_LEASE_MS: durationMs(30_000),
  /** How long an ended saga is kept, with its steps: longer than any pause of a process. */
  SAGA_RETENTION: duration('7d'),
  /** How long an idempotency key is kept. A request that repeats the key later counts as a new request. */
  IDEMPOTENCY_RETENTION: duration('7d'),
  /**
   * How long a consumed event is kept: longer than its topic keeps it, or an event that is read again has its effect twice.
   */
  INBOX_RETENTION: duration('8d'),
  /** The timeout of each shard's part of a query over all shards. */
  SCATTER_DEADLINE_MS: durationMs(1_500),
});

export type OrderServiceConfig = Readonly<z.output<typeof environment>>;

/** The token of the configuration. */
export const CONFIG = Symbol('order-service configuration');
