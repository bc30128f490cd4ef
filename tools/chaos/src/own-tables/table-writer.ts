import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Slot } from '@groundwork/sharding';
import { MOVABLE_TABLES, type OwnTable, ownTableSql } from '@groundwork/sharding/conformance';
import { SLOT_BUSY_SQLSTATE, type SlotDirectory, STALE_EPOCH_SQLSTATE } from '@groundwork/sharding/postgres';
import { type Pool } from 'pg';
import { type RowLedger } from './row-ledger.ts';

const WAIT_FOR_MAP_MS = 20_000;

export interface TableWriterOptions {
  readonly directory: SlotDirectory;
  readonly shards: ReadonlyMap<string, Pool>;
  readonly ledger: RowLedger;
}

/**
 * Inserts, changes and removes rows of tables of every kind through the fence, as a fork's service would, and records what
 * was confirmed.
 */
export class TableWriter {
  /** Writes that were neither accepted nor rejected by a fence. */
  readonly failures: string[] = [];
  accepted = 0;
  private version = 0;
  private readonly next = new Map<string, number>();
  private readonly mine: { table: OwnTable; slot: number; n: number }[] = [];

  constructor(
    private readonly options: TableWriterOptions,
    /** Writers with different numbers use different row numbers. */
    private readonly number: number,
  ) {}

  /** Inserts the same rows into every table of a slot. */
  async fill(slot: number, rows: number): Promise<void> {
    for (const table of MOVABLE_TABLES) {
      for (let row = 0; row < rows; row++) await this.put(table, slot);
    }
  }

  async writeUntil(signal: AbortSignal, slots: readonly number[]): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.writeSomething(slots);
      } catch (error) {
        this.failures.push((error as Error).message);
      }
      await delay(2);
    }
  }

  private async writeSomething(slots: readonly number[]): Promise<void> {
    const dice = this.mine.length > 100 ? randomInt(10) : 0;
    if (dice < 4) {
      await this.put(MOVABLE_TABLES[randomInt(MOVABLE_TABLES.length)]!, slots[randomInt(slots.length)]!);
      return;
    }
    const at = randomInt(this.mine.length);
    const row = this.mine[at]!;
    if (dice < 8) return this.write(ownTableSql.change(row.table), row);
    this.mine.splice(at, 1);
    await this.write(ownTableSql.remove(row.table), row, true);
  }

  private async put(table: OwnTable, slot: number): Promise<void> {
    const place = `${table.name} ${slot}`;
    const count = this.next.get(place) ?? 0;
    this.next.set(place, count + 1);
    const row = { table, slot, n: count * 10 + this.number };
    await this.write(ownTableSql.put(table), row);
    this.mine.push(row);
  }

  private async write(
    sql: string,
    { table, slot, n }: { table: OwnTable; slot: number; n: number },
    removes = false,
  ): Promise<void> {
    this.version += 1;
    const row = await this.fenced(slot, sql, [slot, n, this.version]);
    if (row === undefined) throw new Error(`${table.name}: row ${n} of slot ${slot} is missing`);
    this.options.ledger.note(table.name, slot, n, removes ? undefined : row);
    this.accepted += 1;
  }

  private async fenced(slot: number, sql: string, values: unknown[]): Promise<string | undefined> {
    const { directory, shards } = this.options;
    for (;;) {
      const { map } = directory.current;
      const { shard, epoch } = map.assignmentOf(slot as Slot);
      const client = await shards.get(shard)!.connect();
      try {
        await client.query('begin');
        await client.query('select try_fence_slot($1::smallint, $2)', [slot, epoch]);
        const { rows } = await client.query<{ row: string }>(sql, values);
        await client.query('commit');
        return rows[0]?.row;
      } catch (error) {
        await client.query('rollback');
        const { code } = error as { code?: string };
        const isStale = code === STALE_EPOCH_SQLSTATE && (await directory.newerThan(map, WAIT_FOR_MAP_MS));
        if (code !== SLOT_BUSY_SQLSTATE && !isStale) throw error;
      } finally {
        client.release();
      }
      await delay(5 + randomInt(20));
    }
  }
}
