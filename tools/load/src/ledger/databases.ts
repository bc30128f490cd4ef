import { Pool } from 'pg';

/** The databases that a ledger reads directly, without the services. */
export interface DatabaseUrls {
  /** URLs of the running shards, by name. */
  readonly shards: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly events: string;
}

/** The platform's databases, read without its services. While a database is down, only the current query fails. */
export class Databases {
  readonly shards: ReadonlyMap<string, Pool>;
  readonly directory: Pool;
  readonly events: Pool;

  constructor(urls: DatabaseUrls) {
    this.shards = new Map(Object.entries(urls.shards).map(([name, url]) => [name, poolOf(url)]));
    this.directory = poolOf(urls.directory);
    this.events = poolOf(urls.events);
  }

  /** Runs the statement on all shards and returns all rows. */
  async onShards<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const results = await Promise.all(
      [...this.shards.values()].map((shard) => shard.query<Row>(sql, [...parameters])),
    );
    return results.flatMap(({ rows }) => rows);
  }

  async onEvents<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    return (await this.events.query<Row>(sql, [...parameters])).rows;
  }

  async close(): Promise<void> {
    await Promise.all([...this.shards.values(), this.directory, this.events].map((pool) => pool.end()));
  }
}

function poolOf(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000 });
  // The next query replaces an idle connection that broke with its server.
  pool.on('error', () => undefined);
  return pool;
}
