import { HealthRegistry, LOGGER, type Logger, ProblemError, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import { CONFIG, type CacheServiceConfig } from '../config.ts';

const CONNECT_LIMIT_MS = 1_000;
/** With the one above, below the cache's limit for a load: the source reports its own slowness first. */
const QUERY_LIMIT_MS = 1_500;

/** The events database, read through the views in which it publishes its read model. */
@Injectable()
export class Source {
  private readonly pool: Pool;
  private reached = false;

  constructor(
    @Inject(CONFIG) config: CacheServiceConfig,
    @Inject(LOGGER) logger: Logger,
    @Inject(HealthRegistry) health: HealthRegistry,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    this.pool = new Pool({
      connectionString: config.DATABASE_URL,
      application_name: 'cache-service',
      // Misses are coalesced, so few queries run at once whatever the traffic.
      max: 4,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      query_timeout: QUERY_LIMIT_MS,
      statement_timeout: QUERY_LIMIT_MS,
    });
    this.pool.on('error', (error) => logger.warn({ err: error }, 'an idle connection to the source broke'));
    this.reportReadiness(health);
    shutdown.on('close-pools', 'source', () => this.pool.end());
  }

  /** The rows of a statement, or a problem 503 `unavailable` when the source does not give them. */
  async rows<Row extends QueryResultRow>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    try {
      const { rows } = await this.pool.query<Row>(statement, parameters);
      return rows;
    } catch (cause) {
      throw sourceUnavailable(cause);
    }
  }

  /**
   * An instance that has never seen its source has nothing to serve: not ready. One that has, serves what it holds while
   * the source is away. Both replicas lose the source at the same moment, and taking both out of service would turn
   * every hit into an error.
   */
  private reportReadiness(health: HealthRegistry): void {
    const ping = async () => {
      await this.pool.query('SELECT 1 FROM read_model.products LIMIT 1');
      this.reached = true;
    };
    health.readiness('source-reached-once', () => (this.reached ? Promise.resolve() : ping()));
    health.readiness('source', ping, { critical: false });
  }
}

export function sourceUnavailable(cause: unknown): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'unavailable',
    detail: 'What was asked for is not in the cache, and its source does not answer.',
    retryable: true,
    headers: { 'retry-after': '1' },
    cause,
  });
}
