import { type Client, DatabaseError, type PoolClient } from 'pg';

/** Runs one statement. The connection queues concurrent ones. */
export interface Sql {
  /** @param preparedAs name under which the server parses and plans the statement once for each connection */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: unknown[],
    preparedAs?: string,
  ): Promise<Row[]>;
}

/**
 * Returns an `Sql` over a connection. After an error that did not come from the server (a timeout, a broken socket) it
 * closes the connection: node-postgres would keep it and send the next statement behind the unanswered one.
 */
export function sqlOf(client: Client | PoolClient, queryTimeoutMs?: number): Sql {
  return {
    query: async <Row extends object>(text: string, values?: unknown[], preparedAs?: string) => {
      try {
        const options = {
          ...(values && { values }),
          ...(preparedAs !== undefined && { name: preparedAs }),
          ...(queryTimeoutMs !== undefined && { query_timeout: queryTimeoutMs }),
        };
        return (await client.query<Row>({ text, ...options })).rows;
      } catch (error) {
        if (!(error instanceof DatabaseError)) void (client as Client).end().catch(() => undefined);
        throw error;
      }
    },
  };
}

/** The SQLSTATE that Postgres returns after `lock_timeout`. */
export const LOCK_NOT_AVAILABLE = '55P03';

/** Quotes a name for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text for SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
