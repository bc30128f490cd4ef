import { READ_COMMITTED_SESSION } from '@groundwork/sharding/postgres';
import { Client } from 'pg';
import { ShardUnavailableError } from '../storage/shard-unavailable.error.ts';

/** Runs the work with a connection of its own, and closes the connection afterwards, also on failure. */
export async function withClient<T>(
  url: string,
  work: (client: Client) => Promise<T>,
  asUnreachable: (error: unknown) => unknown = (error) => error,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: 'add shard',
    connectionTimeoutMillis: 2_000,
    query_timeout: 30_000,
    options: READ_COMMITTED_SESSION,
  });
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => {
    throw asUnreachable(error);
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Does the same for a shard. @throws {ShardUnavailableError} */
export function withShard<T>(name: string, url: string, work: (client: Client) => Promise<T>): Promise<T> {
  return withClient(url, work, (error) => new ShardUnavailableError(name, error));
}
