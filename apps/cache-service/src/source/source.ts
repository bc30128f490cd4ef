import { HealthRegistry, LOGGER, type Logger, ProblemError, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import { CONFIG, type CacheServiceConfig } from '../config.ts';

const CONNECT_LIMIT_MS = 1_000;
/** The sum of both limits is below the cache's limit for a load, so the source reports its own timeout first. */
const QUERY_LIMIT_MS = 1_500;

/** Reads the events database through the views of its read model. */
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
      // Concurrent misses of a key share one load, so few queries run at once under any traffic.
      max: 4,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      query_timeout: QUERY_LIMIT_MS,
      statement_timeout: QUERY_LIMIT_MS,
    });
    this.pool.on('error', (error) =>
      logger.warn(
        { err: error },
        'an idle connection to the source was lost; the pool opens a new one when needed',
      ),
    );
    this.reportReadiness(health);
    shutdown.on('close-pools', 'source', () => this.pool.end());
  }

  /** Returns the rows of a statement. @throws {ProblemError} 503 `unavailable` if the query fails */
  async rows<Row extends QueryResultRow>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    try {
      const { rows } = await this.pool.query<Row>(statement, parameters);
      return rows;
    } catch (cause) {
      throw sourceUnavailable(cause);
    }
  }

  /**
   * An instance that has never reached its source has nothing to serve, so it is not ready. Later it serves cached entries
   * while the source is down. Both replicas lose the source at the same moment, and removing both from service would turn
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
    detail: 'The requested data is not in the cache, and the source does not respond.',
    retryable: true,
    headers: { 'retry-after': '1' },
    cause,
  });
}
