import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { fromEnvironment, POSTGRES_URL } from '../run-servers.ts';

export interface TestDatabase {
  readonly url: string;
  /** Removes the database. Rejects when the test left connections open, naming them: a leak fails the test. */
  drop(): Promise<void>;
}

const IN_USE = '55006';

/** A fresh, empty database on the run's shared Postgres. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = fromEnvironment(POSTGRES_URL);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withAdmin(server, (admin) => admin.query(`create database ${name}`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => withAdmin(server, (admin) => dropWithoutLeaks(admin, name)) };
}

async function dropWithoutLeaks(admin: Client, name: string): Promise<void> {
  try {
    // Waits up to 5 s for connections that are just closing.
    await admin.query(`drop database if exists ${name}`);
  } catch (error) {
    if ((error as { code?: string }).code !== IN_USE) throw error;
    const leaks = await admin.query<{ said: string }>(
      `select coalesce(nullif(application_name, ''), 'unnamed') || ' (' || state || '): ' || query as said
         from pg_stat_activity where datname = $1`,
      [name],
    );
    await admin.query(`drop database if exists ${name} with (force)`);
    const list = leaks.rows.map(({ said }) => said).join('\n  ');
    throw new Error(`the test left ${leaks.rows.length} connection(s) open to its database:\n  ${list}`, {
      cause: error,
    });
  }
}

async function withAdmin<T>(url: string, work: (client: Client) => Promise<T>): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'createTestDatabase' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
