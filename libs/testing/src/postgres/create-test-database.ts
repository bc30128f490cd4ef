import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { fromEnvironment, POSTGRES_URL } from '../run-servers.ts';

export interface TestDatabase {
  readonly url: string;
  /** Removes the database. Rejects and names the connections when the test left some open: a leak fails the test. */
  drop(): Promise<void>;
}

const IN_USE = '55006';

/** Creates an empty database on the Postgres that the run shares. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = fromEnvironment(POSTGRES_URL);
  const name = freshName();
  await withAdmin(server, (admin) => copyDatabase(admin, name, 'template1'));
  return testDatabase(server, name);
}

/**
 * Creates a copy of a database that `prepare` fills once in each process of the run. Copying takes a few milliseconds,
 * however many migrations `prepare` runs.
 *
 * @param kind the name of the prepared database: lower-case letters, digits and underscores
 */
export async function createPreparedDatabase(
  kind: string,
  prepare: (url: string) => Promise<unknown>,
): Promise<TestDatabase> {
  const server = fromEnvironment(POSTGRES_URL);
  const template = `template_${kind}_${process.pid}`;
  const name = freshName();
  await withAdmin(server, async (admin) => {
    // Concurrent calls wait here and then find the template of the first call.
    await admin.query('select pg_advisory_lock(hashtext($1))', [template]);
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [template]);
    if (rowCount === 0) await makeTemplate(admin, template, (name) => prepare(urlOf(server, name)));
    await copyDatabase(admin, name, template);
  });
  return testDatabase(server, name);
}

/** Gives the template its name last, so that a template with an interrupted preparation is never copied. */
async function makeTemplate(
  admin: Client,
  template: string,
  prepare: (name: string) => Promise<unknown>,
): Promise<void> {
  const unfinished = freshName();
  await copyDatabase(admin, unfinished, 'template1');
  try {
    await prepare(unfinished);
    await admin.query(`alter database ${unfinished} rename to ${template}`);
  } catch (error) {
    await admin.query(`drop database ${unfinished} with (force)`);
    throw error;
  }
}

function testDatabase(server: string, name: string): TestDatabase {
  return {
    url: urlOf(server, name),
    drop: () => withAdmin(server, (admin) => dropWithoutLeaks(admin, name)),
  };
}

const freshName = () => `test_${randomBytes(6).toString('hex')}`;

/** Copies files: Postgres's default, a copy through the write-ahead log, takes five times as long with files in memory. */
async function copyDatabase(admin: Client, name: string, template: string): Promise<void> {
  await admin.query(`create database ${name} template ${template} strategy file_copy`);
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function dropWithoutLeaks(admin: Client, name: string): Promise<void> {
  try {
    // Waits up to 5 s for connections that are closing.
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
