import { type Client, DatabaseError, type PoolClient } from 'pg';

/** Runs one statement; several at once are queued by the connection. */
export interface Sql {
  /** @param preparedAs the server parses and plans the statement once for each connection, under this name */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: unknown[],
    preparedAs?: string,
  ): Promise<Row[]>;
}

/**
 * After an error that the server has not sent (a timeout, a broken socket) the connection is closed: node-postgres keeps it, and
 * sends the next statement behind the one that is still unanswered.
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

/** What Postgres answers when `lock_timeout` is over. */
export const LOCK_NOT_AVAILABLE = '55P03';

/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL writes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
