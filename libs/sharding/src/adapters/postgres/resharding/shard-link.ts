import { Client } from 'pg';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { READ_COMMITTED_SESSION } from '../session-options.ts';
import { quoted, type Sql, sqlOf } from './sql.ts';

/** Timeout of one statement. */
export const STATEMENT_MS = 55_000;

/**
 * Rows are transferred and compared as text. These settings give a value the same text whatever the settings of roles and
 * servers. All statements of the mover can use an index that starts with the slot. A newly filled replica has no statistics,
 * so a table scan or JIT compilation under the lock would lengthen the pause. With row_security=off, a policy that would
 * hide rows is an error.
 */
const SESSION =
  `${READ_COMMITTED_SESSION} -c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex
  -c lc_monetary=C -c row_security=off -c statement_timeout=${STATEMENT_MS} -c enable_seqscan=off -c jit=off
  -c idle_in_transaction_session_timeout=10000`.replaceAll('\n', ' ');

/** Timeout of a trivial statement. */
const PING_MS = 2_000;

/** How long a new connection waits for transactions of an earlier mover. The server ends an idle one before that. */
const CLAIM_MS = 15_000;

/** A transaction that stays open until `commit` or `rollback` is called. */
export interface OpenTransaction extends Sql {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/**
 * The mover's single connection to a shard; calls are serialized. It is opened at its first use and claims the shard for
 * this mover's generation. Every transaction checks that claim, so a superseded mover can no longer change rows of the shop.
 * Only the deletion of notes does not check it, because their rows are already on the replica. A broken connection is
 * replaced at the next call.
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
   * Starts a transaction in which rows fire no triggers and are not checked by foreign keys (`session_replication_role`), as
   * in logical replication. The rows come from a database that has checked them, in an order in which a child may come
   * before its parent, and the comparison before the switch finds missing rows. A mover that freezes loses its locks after 2
   * s.
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

  /** Runs `work` in one snapshot, however long it takes. It takes no locks and cannot write. */
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

  /** Checks that the shard answers soon. @throws {ReshardingError} `shard-unreachable`, `mover-superseded` */
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
      // Waits for transactions of an earlier mover that still run here.
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
        `${client.user} may not write copied rows to ${this.name} without triggers and foreign keys: a superuser ` +
          `there must run GRANT SET ON PARAMETER session_replication_role TO ${quoted(client.user!)}`,
        { cause: error },
      );
    }
  }

  private async expectNotSuperseded(sql: Sql): Promise<void> {
    const rows = await sql.query('select from mover_fence where generation = $1 for share', [
      this.generation,
    ]);
    if (rows.length > 0) return;
    throw new ReshardingError(
      'mover-superseded',
      `another mover has taken over at ${this.name}; this one stops writing there`,
    );
  }
}
