import { type Pool, type PoolClient, type QueryResultRow } from 'pg';
import { ForeignLog, InvalidWrite, WriteStoreUnavailable } from '../../write-behind/errors.ts';
import { type LogEntry, type Write } from '../../write-behind/write-log.ts';
import { type ApplyAnswer, type Stored, type WriteStore } from '../../write-behind/write-store.ts';
import { BatchTransaction, type CheckedTable } from './batch-transaction.ts';
import { nameOf, readingOf } from './collection-statements.ts';
import { assertSuitable, type CollectionTable, UnsuitableTable } from './collection-table.ts';
import { tableFacts } from './table-facts.ts';
import { assertKeyOf } from './valid-key.ts';
import { quoted } from './write-behind-tables.sql.ts';

export interface PostgresWriteStoreOptions {
  /** Needs `query_timeout` and `connectionTimeoutMillis`: a server that is frozen or gone would block the flusher. */
  readonly pool: Pool;
  /** The name of the log. One database may be the store of several logs. */
  readonly log: string;
  /** Collection → its table. Writes of other collections are refused; those that the log has already are set aside. */
  readonly tables: Readonly<Record<string, CollectionTable>>;
  /** Where the tables of `writeBehindTablesSql` are. Default: `public`. */
  readonly schema?: string;
  /** The time of a statement, and how long a transaction may be idle before Postgres ends it. Default: 5 s. */
  readonly statementLimitMs?: number;
  /** How long an idempotency key is remembered after its write was applied. Default: a day. */
  readonly keepReceiptsMs?: number;
}

interface Row {
  readonly position: string;
  readonly value: unknown;
  readonly version: string | null;
}

/** Expired receipts that one batch deletes: more than a batch adds. */
const FORGOTTEN_AT_ONCE = 2_000;

/**
 * Applies a log to tables of Postgres. The effects of a batch, the idempotency keys, the refused writes and the new position are one
 * transaction, which first locks the position: of two flushers, the second one finds that it has moved.
 *
 * Postgres ends the transaction of a flusher that was frozen. Otherwise it would hold the lock until it continues.
 */
export class PostgresWriteStore implements WriteStore {
  readonly #options: Required<PostgresWriteStoreOptions>;
  readonly #schema: string;
  readonly #tables = new Map<string, CheckedTable>();

  /** @throws {RangeError} for a pool without limits of time */
  constructor(options: PostgresWriteStoreOptions) {
    const { query_timeout: queryMs, connectionTimeoutMillis: connectMs } = options.pool.options;
    if (!queryMs || !connectMs)
      throw new RangeError('pool: set query_timeout and connectionTimeoutMillis above 0');
    // Without a listener, an idle connection that ends would end the process.
    if (options.pool.listenerCount('error') === 0) options.pool.on('error', ignore);
    this.#options = { schema: 'public', statementLimitMs: 5_000, keepReceiptsMs: 86_400_000, ...options };
    this.#schema = quoted(this.#options.schema);
  }

  /**
   * Checks all tables against the catalog. Call it at the start.
   *
   * @throws {UnsuitableTable} for the first table that cannot hold its writes
   */
  async check(): Promise<void> {
    for (const collection of Object.keys(this.#options.tables)) await this.#tableOf(collection);
  }

  async position(): Promise<number> {
    const { log } = this.#options;
    const rows = await this.#read<{ position: string }>(
      `SELECT position FROM ${this.#schema}.write_behind_positions WHERE log = $1`,
      [log],
    );
    return Number(rows[0]?.position ?? 0);
  }

  validate({ collection, key, change }: Write): void {
    const definition = this.#options.tables[collection];
    if (definition === undefined)
      throw new InvalidWrite(`there is no table for the collection ${collection}`);
    if ((definition.kind === 'counter') !== (change.op === 'add'))
      throw new InvalidWrite(`the collection ${collection} has a table of the kind ${definition.kind}`);
    assertKeyOf(definition.keyType ?? 'text', key);
  }

  async bind(boundTo: string, isNew: boolean): Promise<number> {
    const { log } = this.#options;
    return this.#transaction(async (client) => {
      const row = await this.#lockPosition(client);
      if (row.boundTo === boundTo) return row.position;
      if (row.boundTo !== '' && !isNew) throw new ForeignLog(row.boundTo);
      await client.query(`UPDATE ${this.#schema}.write_behind_positions SET bound_to = $2 WHERE log = $1`, [
        log,
        boundTo,
      ]);
      return row.position;
    });
  }

  async apply(boundTo: string, after: number, entries: readonly LogEntry[]): Promise<ApplyAnswer> {
    await this.check();
    const { log } = this.#options;
    const answer = await this.#transaction<ApplyAnswer>(async (client) => {
      const row = await this.#lockPosition(client);
      if (row.position !== after || row.boundTo !== boundTo)
        return { outcome: 'moved', position: row.position };
      const batch = new BatchTransaction({ client, schema: this.#schema, tables: this.#tables, log });
      const fresh = await batch.withoutRepeated(entries);
      const { refused, superseded } = await batch.write(fresh);
      await batch.setAside(refused);
      const through = entries.at(-1)?.position ?? after;
      await this.#setPosition(client, through);
      return { outcome: 'applied', through, refused, superseded, repeated: entries.length - fresh.length };
    });
    // Outside of the transaction: a slow deletion must not hold up the batch.
    if (entries.some(({ idempotencyKey }) => idempotencyKey !== undefined)) await this.#forgetReceipts();
    return answer;
  }

  async read(collection: string, key: string): Promise<Stored> {
    const { definition, keyType } = await this.#tableOf(collection).catch((cause: unknown) => {
      throw cause instanceof UnsuitableTable ? new WriteStoreUnavailable({ cause }) : cause;
    });
    // One statement sees one state: the value belongs to the position.
    const [row] = (await this.#read<Row>(
      `SELECT coalesce((SELECT position FROM ${this.#schema}.write_behind_positions WHERE log = $2), 0) AS position,
              found.value, found.version
       FROM (SELECT) AS one LEFT JOIN (${readingOf(definition, keyType)}) AS found ON true`,
      [key, this.#options.log],
    )) as [Row];
    const document = row.version === null ? undefined : row.value;
    const value = definition.kind === 'counter' ? Number(row.value ?? 0) : document;
    return { position: Number(row.position), value, version: Number(row.version ?? 0) };
  }

  async skip(from: number, to: number): Promise<void> {
    await this.#transaction(async (client) => {
      if ((await this.#lockPosition(client)).position === from) await this.#setPosition(client, to);
    });
  }

  async #read<R extends QueryResultRow>(statement: string, values: unknown[]): Promise<R[]> {
    try {
      return (await this.#options.pool.query<R>(statement, values)).rows;
    } catch (cause) {
      throw new WriteStoreUnavailable({ cause });
    }
  }

  async #tableOf(collection: string): Promise<CheckedTable> {
    const known = this.#tables.get(collection);
    if (known !== undefined) return known;
    const definition = this.#options.tables[collection];
    if (definition === undefined) throw new RangeError(`there is no table for the collection ${collection}`);
    const facts = await tableFacts(this.#options.pool, nameOf(definition.table)).catch((cause: unknown) => {
      throw new WriteStoreUnavailable({ cause });
    });
    const checked = { definition, keyType: assertSuitable(collection, definition, facts) };
    this.#tables.set(collection, checked);
    return checked;
  }

  async #transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const { pool, statementLimitMs } = this.#options;
    const client = await pool.connect();
    // A connection that ends between two statements has no statement to reject.
    client.on('error', ignore);
    let failure: unknown;
    try {
      await client.query(
        `BEGIN; SET LOCAL statement_timeout = ${statementLimitMs}; SET LOCAL lock_timeout = ${Math.ceil(statementLimitMs / 2)};
         SET LOCAL idle_in_transaction_session_timeout = ${statementLimitMs};
         SET LOCAL synchronous_commit = on; SET CONSTRAINTS ALL IMMEDIATE`,
      );
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      // A connection whose transaction failed is closed: it may still be in the transaction.
      client.off('error', ignore);
      client.release(failure !== undefined);
    }
  }

  async #lockPosition(client: PoolClient): Promise<{ position: number; boundTo: string }> {
    const { log } = this.#options;
    await client.query(
      `INSERT INTO ${this.#schema}.write_behind_positions (log, position) VALUES ($1, 0) ON CONFLICT DO NOTHING`,
      [log],
    );
    const { rows } = await client.query<{ position: string; bound_to: string }>(
      `SELECT position, bound_to FROM ${this.#schema}.write_behind_positions WHERE log = $1 FOR UPDATE`,
      [log],
    );
    const [row] = rows as [(typeof rows)[0]];
    return { position: Number(row.position), boundTo: row.bound_to };
  }

  /** If it fails, a later batch deletes them. */
  async #forgetReceipts(): Promise<void> {
    const { pool, log, keepReceiptsMs } = this.#options;
    const receipts = `${this.#schema}.write_behind_receipts`;
    const deletion = pool.query(
      `DELETE FROM ${receipts} WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM ${receipts} WHERE log = $1 AND received_at < now() - $2 * interval '1 ms' LIMIT ${FORGOTTEN_AT_ONCE}))`,
      [log, keepReceiptsMs],
    );
    await deletion.catch(() => undefined);
  }

  async #setPosition(client: PoolClient, position: number): Promise<void> {
    await client.query(
      `UPDATE ${this.#schema}.write_behind_positions SET position = $2, applied_at = now() WHERE log = $1`,
      [this.#options.log, position],
    );
  }
}

function ignore(): void {}
