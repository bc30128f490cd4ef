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
  | 'redis-state';

/** What one process keeps in memory. */
export interface Residence {
  readonly process: string;
  readonly bytes: number;
}

/**
 * The running platform, as the suites may treat it. Replicas are counted from 1; without one, all replicas are meant.
 * Calls for different services may run at once, calls for one service one after the other. Each is idempotent: killing
 * what is dead and starting what runs are no errors. Addresses stay the same over kills and starts.
 */
export interface TopologyUnderTest {
  readonly gateways: readonly [first: string, second: string];
  readonly databases: DatabaseUrls;

  /** SIGKILL; nothing restarts the process until `start`. */
  kill(service: ServiceName, replica?: number): Promise<void>;
  /** The orderly way down; resolves when the processes have ended. */
  stop(service: ServiceName): Promise<void>;
  /** Starts the replicas that do not run, on their own data; resolves before they are ready. */
  start(service: ServiceName): Promise<void>;
  /** Resolves when every replica passes the health check of `docker-compose.yml`, rejects after two minutes. */
  waitHealthy(service: ServiceName): Promise<void>;
  /** Adds the service of a third shard's database, empty; resolves with its URL when it is healthy. */
  startThirdShard(): Promise<string>;
  residentMemory(): Promise<readonly Residence[]>;
  /** Leaves the platform as it was found: what the run has started ends, what ran before goes on. */
  close(options: { readonly keepLogs: boolean }): Promise<void>;
}
