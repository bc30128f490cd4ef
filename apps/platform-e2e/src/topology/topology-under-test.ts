import { type DatabaseUrls } from '@groundwork/load';

/** A service of `docker-compose.yml`. */
export type ServiceName =
  | 'api-gateway'
  | 'order-service'
  | 'cache-service'
  | 'event-processor'
  | 'kafka'
  | 'postgres-shard-1'
  | 'postgres-shard-2'
  | 'postgres-shard-3'
  | 'shard-mover'
  | 'postgres-directory'
  | 'postgres-events'
  | 'redis-cache'
  | 'redis-state'
  | 'redis-log';

/** The memory usage of one process. */
export interface Residence {
  readonly process: string;
  readonly bytes: number;
}

/**
 * The operations on the running platform that suites may use. Replicas are numbered from 1; without a number, an operation
 * applies to all replicas. Calls for different services may run concurrently, calls for one service must run one after the
 * other. Each operation is idempotent: to kill a dead process or start a running one is not an error. Addresses stay the
 * same after kills and starts.
 */
export interface TopologyUnderTest {
  readonly gateways: readonly [first: string, second: string];
  readonly databases: DatabaseUrls;

  /** Sends SIGKILL. The process stays down until `start`. */
  kill(service: ServiceName, replica?: number): Promise<void>;
  /** Shuts down gracefully. Resolves when the processes have ended. */
  stop(service: ServiceName): Promise<void>;
  /** Starts the replicas that do not run, with their existing data. Resolves before they are ready. */
  start(service: ServiceName): Promise<void>;
  /** Resolves when every replica passes the health check of `docker-compose.yml`. Rejects after two minutes. */
  waitHealthy(service: ServiceName): Promise<void>;
  /** Starts the empty database of a third shard. Resolves with its URL when it is healthy. */
  startThirdShard(): Promise<string>;
  residentMemory(): Promise<readonly Residence[]>;
  /** Stops a platform that the run has started. A platform that ran before continues to run. */
  close(options: { readonly keepLogs: boolean }): Promise<void>;
}
