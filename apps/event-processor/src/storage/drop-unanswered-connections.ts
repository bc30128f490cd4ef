import { type Client, type Pool } from 'pg';
import { type DataSource } from 'typeorm';
import { type PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/**
 * Closes each connection that returns to the pool before the server has answered its last statement. After `query_timeout`
 * node-postgres keeps such a connection, and TypeORM uses it again: each later statement would wait behind the unanswered
 * one.
 *
 * @param dataSource must be initialized
 */
export function dropUnansweredConnections(dataSource: DataSource): void {
  const pool = (dataSource.driver as PostgresDriver).master as Pool;
  pool.on('release', (_error, client: Client & { readonly readyForQuery?: boolean }) => {
    if (client.readyForQuery === false) void client.end().catch(() => undefined);
  });
}
