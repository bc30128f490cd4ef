import { sqlStateOf } from '@groundwork/resilience';
import { type PoolClient } from 'pg';
import { coalesce } from '../../write-behind/coalesce.ts';
import { type Change, type LogEntry } from '../../write-behind/write-log.ts';
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
}

interface Written {
  readonly refused: RefusedWrite[];
  readonly superseded: number;
}

/** The steps of a transaction that applies one batch. */
export class BatchTransaction {
  readonly #options: BatchTransactionOptions;

  constructor(options: BatchTransactionOptions) {
    this.#options = options;
  }

  /** Stores the idempotency keys, and returns the entries without those whose key is stored already. */
  async withoutRepeated(entries: readonly LogEntry[]): Promise<LogEntry[]> {
    const { client, schema, log } = this.#options;
    const keyed = entries.filter(({ idempotencyKey }) => idempotencyKey !== undefined);
    if (keyed.length === 0) return [...entries];
    const { rows } = await client.query<{ name: string }>(
      `INSERT INTO ${schema}.write_behind_receipts (log, collection, key, idempotency_key)
       SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[])
       ON CONFLICT DO NOTHING RETURNING jsonb_build_array(collection, key, idempotency_key)::text AS name`,
      [
        log,
        keyed.map(({ collection }) => collection),
        keyed.map(({ key }) => key),
        keyed.map(({ idempotencyKey }) => idempotencyKey),
      ],
    );
    const first = new Set(rows.map(({ name }) => JSON.stringify(JSON.parse(name))));
    return entries.filter(
      ({ collection, key, idempotencyKey }) =>
        idempotencyKey === undefined || first.delete(JSON.stringify([collection, key, idempotencyKey])),
    );
  }

  /** Writes entries, those of a key combined. If the combination is refused, its entries are written one by one. */
  async write(entries: readonly LogEntry[]): Promise<Written> {
    const refused: RefusedWrite[] = [];
    let superseded = 0;
    const count = (written: Written) => {
      refused.push(...written.refused);
      superseded += written.superseded;
    };
    for (const [collection, own] of Map.groupBy(entries, (entry) => entry.collection)) {
      const table = this.#options.tables.get(collection);
      const fitting = own.filter(({ change }) => fits(table, change));
      for (const entry of own.filter(({ change }) => !fits(table, change)))
        refused.push({ entry, error: new RangeError(`${collection} has no table for this change`) });
      if (table === undefined || fitting.length === 0) continue;
      const combined = await this.#writeOrHalve(table, coalesce(fitting));
      superseded += combined.superseded;
      for (const { entry } of combined.refused)
        for (const original of fitting.filter(({ key }) => key === entry.key))
          count(await this.#writeOrHalve(table, [original]));
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
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [log, position, collection, key, JSON.stringify(change), sqlStateOf(error), textOf(error)],
      );
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fits(table: CheckedTable | undefined, change: Change): boolean {
  return table !== undefined && (table.definition.kind === 'counter') === (change.op === 'add');
}
