import { sqlStateOf } from '@groundwork/resilience';
import { type PoolClient } from 'pg';
import { type LogEntry } from '../../write-behind/write-log.ts';
import { type RefusedWrite } from '../../write-behind/write-store.ts';
import { statementsOf } from './collection-statements.ts';
import { type CollectionTable } from './collection-table.ts';
import { isRowError } from './row-errors.ts';

export interface CheckedTable {
  readonly definition: CollectionTable;
  readonly keyType: string;
}

export interface BatchTransactionOptions {
  /** In a transaction that has locked the position. */
  readonly client: PoolClient;
  /** Quoted. */
  readonly schema: string;
  readonly log: string;
  readonly tables: ReadonlyMap<string, CheckedTable>;
  readonly keepReceiptsMs: number;
}

interface Written {
  readonly refused: RefusedWrite[];
  readonly superseded: number;
}

/** Expired receipts that one batch deletes. */
const FORGOTTEN_AT_ONCE = 1_000;

/** The steps of a transaction that applies one batch. */
export class BatchTransaction {
  readonly #options: BatchTransactionOptions;

  constructor(options: BatchTransactionOptions) {
    this.#options = options;
  }

  /** Stores the idempotency keys, and returns the entries without those whose key is stored already. */
  async withoutRepeated(entries: readonly LogEntry[]): Promise<LogEntry[]> {
    const { client, schema, log, keepReceiptsMs } = this.#options;
    const keyed = entries.filter(({ idempotencyKey }) => idempotencyKey !== undefined);
    if (keyed.length === 0) return [...entries];
    const receipts = `${schema}.write_behind_receipts`;
    const { rows } = await client.query<{ collection: string; idempotency_key: string }>(
      `INSERT INTO ${receipts} (log, collection, idempotency_key)
       SELECT $1, * FROM unnest($2::text[], $3::text[]) ON CONFLICT DO NOTHING RETURNING collection, idempotency_key`,
      [log, keyed.map(({ collection }) => collection), keyed.map(({ idempotencyKey }) => idempotencyKey)],
    );
    await client.query(
      `DELETE FROM ${receipts} WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM ${receipts} WHERE received_at < now() - $1 * interval '1 ms' LIMIT ${FORGOTTEN_AT_ONCE}))`,
      [keepReceiptsMs],
    );
    const first = new Set(rows.map((row) => `${row.collection}\0${row.idempotency_key}`));
    return entries.filter(
      ({ collection, idempotencyKey }) =>
        idempotencyKey === undefined || first.delete(`${collection}\0${idempotencyKey}`),
    );
  }

  /** Writes entries with different keys. */
  async write(entries: readonly LogEntry[]): Promise<Written> {
    const refused: RefusedWrite[] = [];
    let superseded = 0;
    for (const [collection, own] of Map.groupBy(entries, (entry) => entry.collection)) {
      const table = this.#options.tables.get(collection);
      if (table === undefined) {
        const error = new RangeError(`there is no table for the collection ${collection}`);
        refused.push(...own.map((entry) => ({ entry, error })));
      } else {
        const result = await this.#writeOrHalve(table, own);
        refused.push(...result.refused);
        superseded += result.superseded;
      }
    }
    return { refused, superseded };
  }

  /** Writes all entries. If one of them is refused, writes each half by itself, until the refused one is alone. */
  async #writeOrHalve(table: CheckedTable, entries: readonly LogEntry[]): Promise<Written> {
    const { client } = this.#options;
    await client.query('SAVEPOINT part');
    try {
      let superseded = 0;
      for (const { text, values, expected } of statementsOf(table.definition, table.keyType, entries)) {
        const { rowCount } = await client.query(text, values);
        superseded += Math.max(0, expected - (rowCount ?? 0));
      }
      await client.query('RELEASE SAVEPOINT part');
      return { refused: [], superseded };
    } catch (error) {
      if (!isRowError(error)) throw error;
      await client.query('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part');
      if (entries.length === 1) return { refused: [{ entry: entries[0] as LogEntry, error }], superseded: 0 };
    }
    const middle = Math.ceil(entries.length / 2);
    const first = await this.#writeOrHalve(table, entries.slice(0, middle));
    const second = await this.#writeOrHalve(table, entries.slice(middle));
    return {
      refused: [...first.refused, ...second.refused],
      superseded: first.superseded + second.superseded,
    };
  }

  async setAside(refused: readonly RefusedWrite[]): Promise<void> {
    const { client, schema, log } = this.#options;
    for (const { entry, error } of refused) {
      const { position, collection, key, change } = entry;
      await client.query(
        `INSERT INTO ${schema}.write_behind_refused (log, position, collection, key, change, sqlstate, error)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
        [log, position, collection, key, JSON.stringify(change), sqlStateOf(error), textOf(error)],
      );
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
