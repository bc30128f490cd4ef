import { Pool } from 'pg';
import { type DatabaseUrls } from '../topology/topology-under-test.ts';

/** The platform's databases, read past its services. A database that is down fails the query at hand, nothing else. */
export class Databases {
  readonly shards: readonly [Pool, Pool];
  readonly events: Pool;

  constructor(urls: DatabaseUrls) {
    this.shards = [poolOf(urls.shards[0]), poolOf(urls.shards[1])];
    this.events = poolOf(urls.events);
  }

  /** The rows that the statement finds on both shards. */
  async onShards<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const results = await Promise.all(this.shards.map((shard) => shard.query<Row>(sql, [...parameters])));
    return results.flatMap(({ rows }) => rows);
  }

  async onEvents<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    return (await this.events.query<Row>(sql, [...parameters])).rows;
  }

  async close(): Promise<void> {
    await Promise.all([...this.shards, this.events].map((pool) => pool.end()));
  }
}

function poolOf(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000 });
  // An idle connection that breaks with its server is replaced by the next query.
  pool.on('error', () => undefined);
  return pool;
}
