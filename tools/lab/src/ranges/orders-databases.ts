import { Client } from 'pg';

/** Several databases on one Postgres server. Each may hold orders. */
export class OrdersDatabases {
  private readonly clients = new Map<string, Client>();

  constructor(private readonly serverUrl: string) {}

  /** Creates a database and runs the statements of `schema` in it. Returns its URL. */
  async create(name: string, schema: readonly string[]): Promise<string> {
    const server = new Client({ connectionString: this.serverUrl });
    await server.connect();
    await server.query(`create database "${name}"`);
    await server.end();
    const url = new URL(this.serverUrl);
    url.pathname = `/${name}`;
    const client = new Client({ connectionString: url.href });
    // The next statement reports a lost connection.
    client.on('error', () => undefined);
    await client.connect();
    for (const statement of schema) await client.query(statement);
    this.clients.set(name, client);
    return url.href;
  }

  on(name: string): Client {
    const client = this.clients.get(name);
    if (client === undefined) throw new Error(`there is no database ${name}`);
    return client;
  }

  async insert(name: string, ids: readonly string[]): Promise<void> {
    await this.on(name).query('insert into orders (id) select unnest($1::bigint[])', [ids]);
  }

  async count(name: string): Promise<number> {
    const { rows } = await this.on(name).query<{ count: string }>('select count(*) from orders');
    return Number(rows[0]?.count);
  }

  /** Returns how many of the orders are not in the database in which `databaseOf` looks for them. */
  async missing(ids: readonly string[], databaseOf: (id: string) => string): Promise<number> {
    let found = 0;
    for (const [name, wanted] of Map.groupBy(ids, databaseOf)) {
      const query = 'select count(*) from orders where id = any($1::bigint[])';
      const { rows } = await this.on(name).query<{ count: string }>(query, [wanted]);
      found += Number(rows[0]?.count);
    }
    return ids.length - found;
  }

  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.end()));
  }
}
