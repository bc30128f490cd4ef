import { Pool } from 'pg';

/** Where a ledger is read: the databases themselves, past every service. */
export interface DatabaseUrls {
  /** Of the shards that run, by name. */
  readonly shards: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly events: string;
}

/** The platform's databases, read past its services. A database that is down fails the query at hand, nothing else. */
export class Databases {
  readonly shards: ReadonlyMap<string, Pool>;
  readonly directory: Pool;
  readonly events: Pool;

  constructor(urls: DatabaseUrls) {
    this.shards = new Map(Object.entries(urls.shards).map(([name, url]) => [name, poolOf(url)]));
    this.directory = poolOf(urls.directory);
    this.events = poolOf(urls.events);
  }

  /** The rows that the statement finds on all shards. */
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
  // An idle connection that breaks with its server is replaced by the next query.
  pool.on('error', () => undefined);
  return pool;
}
