import { createPreparedDatabase, transactionsOf } from '@groundwork/testing';
import { Client, Pool } from 'pg';
import {
  CONSUMED_PARTITIONS_SQL,
  CONSUMER_PAUSES_SQL,
  INBOX_BY_SLOT_SQL,
  MESSAGING_TABLES_SQL,
  OUTBOX_HEADERS_SQL,
  OUTBOX_REFUSALS_SQL,
} from '../src/sql/messaging-tables.ts';
import { type SqlSession } from '../src/sql/sql-session.ts';

/** Returns a session that runs each statement on a connection of its own, without a transaction. */
export function sessionOf(pool: Pool): SqlSession {
  return {
    query: async <T>(sql: string, parameters?: unknown[]) => (await pool.query(sql, parameters)).rows as T,
  };
}

async function createTables(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    MESSAGING_TABLES_SQL.up +
      INBOX_BY_SLOT_SQL.up +
      OUTBOX_HEADERS_SQL.up +
      OUTBOX_REFUSALS_SQL.up +
      CONSUMED_PARTITIONS_SQL.up +
      CONSUMER_PAUSES_SQL.up,
  );
  await client.query(
    'create table effects (position bigint generated always as identity, event_id text, key text, number int)',
  );
  await client.end();
}

/** Opens a database with the messaging tables and a table of effects. */
export async function openMessagingDatabase() {
  const database = await createPreparedDatabase('messaging', createTables);
  const pool = new Pool({ connectionString: database.url, max: 20 });
  // Tests cut connections; the running statement reports the error.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined);
  return {
    url: database.url,
    pool,
    transactions: transactionsOf(pool),
    async drop() {
      await pool.end();
      await database.drop();
    },
  };
}
