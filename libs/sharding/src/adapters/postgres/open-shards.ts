import { Client } from 'pg';
import { type Ownership, readOwnership } from './ownership.ts';
import { READ_COMMITTED_SESSION } from './session-options.ts';
import { ShardNameError } from './shard-name.ts';

export interface OpenShard {
  readonly shard: string;
  readonly client: Client;
}

export interface Reading extends OpenShard {
  readonly owned: Ownership;
}

/** Connections to the databases that can be reached. */
export class OpenShards {
  private constructor(private readonly open: readonly OpenShard[]) {}

  static async of(urls: ReadonlyMap<string, string>): Promise<OpenShards> {
    const clients = await Promise.all(
      [...urls].map(async ([shard, url]) => ({ shard, client: await connect(url) })),
    );
    return new OpenShards(clients.filter((one): one is OpenShard => one.client !== undefined));
  }

  has(shard: string): boolean {
    return this.open.some((one) => one.shard === shard);
  }

  /** @throws {ShardNameError} if a database has the name of another shard */
  read(): Promise<Reading[]> {
    return Promise.all(
      this.open.map(async ({ shard, client }) => {
        const owned = await readOwnership(client);
        if (owned.name !== null && owned.name !== shard) throw new ShardNameError(shard, owned.name);
        return { shard, client, owned };
      }),
    );
  }

  /**
   * Runs the work sequentially: of two names for one database, the second call must find the name that the first has
   * written.
   */
  async each(shards: ReadonlySet<string>, work: (open: OpenShard) => Promise<void>): Promise<void> {
    for (const open of this.open) if (shards.has(open.shard)) await work(open);
  }

  async close(): Promise<void> {
    await Promise.all(this.open.map(({ client }) => client.end()));
  }
}

async function connect(url: string): Promise<Client | undefined> {
  const client = new Client({
    connectionString: url,
    application_name: 'slot ownership',
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    options: READ_COMMITTED_SESSION,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch {
    return undefined;
  }
}
