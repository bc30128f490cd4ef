import { Client } from 'pg';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { READ_COMMITTED_SESSION } from '../session-options.ts';
import { quoted, type Sql, sqlOf } from './sql.ts';

/** How long one statement may take. */
export const STATEMENT_MS = 55_000;

/**
 * Rows travel as text, and both sides compare it: whatever the roles and servers are set to, a value has one text. Everything
 * the mover asks is found by an index that begins with the slot; a replica that was just filled has no statistics, and a table
 * scan or a compilation under the lock is a pause of slots. With row_security=off a policy that would hide rows is an error.
 */
const SESSION =
  `${READ_COMMITTED_SESSION} -c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex
  -c lc_monetary=C -c row_security=off -c statement_timeout=${STATEMENT_MS} -c enable_seqscan=off -c jit=off
  -c idle_in_transaction_session_timeout=10000`.replaceAll('\n', ' ');

/** How long a shard may take for an answer that costs it nothing. */
const PING_MS = 2_000;

/** How long a new connection waits for the transactions of the mover before: the server ends one that stands still sooner. */
const CLAIM_MS = 15_000;

/** A transaction that is open until one of the two is called. */
export interface OpenTransaction extends Sql {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/**
 * The mover's one connection to a shard; calls are made one after the other. It is opened when it is first needed and claims
 * the shard for this mover's generation; every transaction holds that claim, so a mover that was superseded changes no row
 * of the shop any more. Only the removal of notes asks for no claim: what they name has been brought over. A connection that breaks is replaced by the next call.
 */
export class ShardLink implements Sql {
  private client: Client | undefined;

  constructor(
    readonly name: string,
    private readonly url: string,
    private readonly generation: string,
  ) {}

  /** @throws {ReshardingError} `shard-unreachable`, `mover-superseded` */
  async query<Row extends object>(text: string, values?: unknown[], preparedAs?: string): Promise<Row[]> {
    const client = await this.connected();
    return sqlOf(client).query<Row>(text, values, preparedAs);
  }

  /**
   * Rows that are applied here fire no trigger and are checked by no foreign key (`session_replication_role`), as in logical
   * replication: they come from a database that has checked them, in an order in which a child may precede its parent, and
   * the comparison before the switch finds whatever should be missing. A mover that freezes loses its locks after 2 s.
   *
   * @throws {ReshardingError} `privilege-missing`, `shard-unreachable`, `mover-superseded`
   */
  async begin(): Promise<OpenTransaction> {
    const client = await this.connected();
    const sql = sqlOf(client);
    const rollback = async () => void (await sql.query('rollback').catch(() => undefined));
    try {
      await this.beginAsReplica(sql, client);
      await this.expectNotSuperseded(sql);
    } catch (error) {
      await rollback();
      throw error;
    }
    return { ...sql, commit: async () => void (await sql.query('commit')), rollback };
  }

  async transaction<T>(work: (transaction: Sql) => Promise<T>): Promise<T> {
    const transaction = await this.begin();
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  /** Everything that `work` reads is of one moment, however long it takes. Nothing is locked, and nothing can be written. */
  async snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const sql = sqlOf(await this.connected());
    try {
      await sql.query('begin isolation level repeatable read, read only');
      const result = await work(sql);
      await sql.query('commit');
      return result;
    } catch (error) {
      await sql.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  /** Whether the shard answers soon. @throws {ReshardingError} `shard-unreachable`, `mover-superseded` */
  async ping(): Promise<void> {
    const client = await this.connected();
    try {
      await sqlOf(client, PING_MS).query('select');
    } catch (error) {
      throw this.unreachable(error);
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async connected(): Promise<Client> {
    if (this.client !== undefined) return this.client;
    const client = new Client({
      connectionString: this.url,
      application_name: 'shard-mover',
      connectionTimeoutMillis: 2_000,
      query_timeout: 60_000,
      keepAlive: true,
      options: SESSION,
    });
    const forget = () => {
      if (this.client === client) this.client = undefined;
    };
    client.on('error', forget);
    client.on('end', forget);
    try {
      await client.connect();
      // Waits for whatever an earlier mover still has under way here.
      const sql = sqlOf(client, CLAIM_MS);
      await sql.query('update mover_fence set generation = $1 where generation < $1', [this.generation]);
      await this.expectNotSuperseded(sql);
    } catch (error) {
      await client.end().catch(() => undefined);
      if (error instanceof ReshardingError) throw error;
      throw this.unreachable(error);
    }
    this.client = client;
    return client;
  }

  private unreachable(error: unknown): ReshardingError {
    const message = `${this.name} cannot be reached: ${(error as Error).message}`;
    return new ReshardingError('shard-unreachable', message, { retryable: true, cause: error });
  }

  private async beginAsReplica(sql: Sql, client: Client): Promise<void> {
    try {
      await sql.query(`begin; set local session_replication_role = replica;
        set local idle_in_transaction_session_timeout = 2000`);
    } catch (error) {
      if ((error as { code?: string }).code !== '42501') throw error;
      throw new ReshardingError(
        'privilege-missing',
        `${client.user} may not write copied rows to ${this.name} as they are, without triggers and foreign keys: a superuser ` +
          `there has to say GRANT SET ON PARAMETER session_replication_role TO ${quoted(client.user!)}`,
        { cause: error },
      );
    }
  }

  private async expectNotSuperseded(sql: Sql): Promise<void> {
    const rows = await sql.query('select from mover_fence where generation = $1 for share', [
      this.generation,
    ]);
    if (rows.length > 0) return;
    throw new ReshardingError('mover-superseded', `another mover has taken over at ${this.name}`);
  }
}
