import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool, type PoolClient } from 'pg';
import { SlotDirectory } from '../src/adapters/postgres/slot-directory.ts';
import { SLOT_BUSY_SQLSTATE } from '../src/adapters/postgres/slot-fences.ts';
import { STALE_EPOCH_SQLSTATE } from '../src/adapters/postgres/slot-tables.ts';
import { composeId, slotOf } from '../src/ids/id-layout.ts';
import { type Slot } from '../src/slots/slot.ts';
import { type SmallShop } from './small-shop.ts';

/**
 * Creates, changes and deletes orders of given slots through the fence, as a service does. Records what was accepted: the
 * last status of each order, or that it was deleted.
 */
export class ShopWriter {
  readonly accepted = new Map<string, string | undefined>();
  readonly failures: unknown[] = [];
  /** Duration of each write in milliseconds. */
  readonly latencies: number[] = [];
  private readonly directory: SlotDirectory;
  private readonly pools = new Map<string, Pool>();
  private stopping = false;
  private running: Promise<unknown> | undefined;
  private sequence = 0;

  constructor(
    shop: SmallShop,
    private readonly slots: readonly number[],
    private readonly worker: number,
    private readonly options: { readonly concurrency?: number; readonly pauseMs?: number } = {},
  ) {
    this.directory = new SlotDirectory({ url: shop.directoryUrl });
  }

  async start(): Promise<void> {
    await this.directory.start();
    const { concurrency = 4 } = this.options;
    this.running = Promise.all(Array.from({ length: concurrency }, () => this.writeOn()));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
    await this.directory.stop();
    await Promise.all([...this.pools.values()].map((pool) => pool.end()));
  }

  private async writeOn(): Promise<void> {
    const mine: string[] = [];
    while (!this.stopping) {
      const began = performance.now();
      try {
        await this.write(mine);
      } catch (error) {
        this.failures.push(error);
      }
      this.latencies.push(performance.now() - began);
      await delay(this.options.pauseMs ?? 1);
    }
  }

  private async write(mine: string[]): Promise<void> {
    const dice = mine.length > 20 ? randomInt(10) : 0;
    const id = dice < 5 ? this.nextId() : mine[randomInt(mine.length)]!;
    const slot = slotOf(id);
    if (dice < 5) {
      await this.fenced(slot, (sql) => place(sql, id, slot));
      mine.push(id);
      this.accepted.set(id, 'new');
    } else if (dice < 9) {
      const status = `changed ${randomInt(1_000_000)}`;
      await this.fenced(slot, (sql) =>
        sql.query('update orders set status = $2 where id = $1', [id, status]),
      );
      if (this.accepted.get(id) !== undefined) this.accepted.set(id, status);
    } else {
      await this.fenced(slot, async (sql) => {
        await sql.query('delete from order_lines where order_id = $1', [id]);
        await sql.query('delete from orders where id = $1', [id]);
      });
      mine.splice(mine.indexOf(id), 1);
      this.accepted.set(id, undefined);
    }
  }

  private nextId(): string {
    const slot = this.slots[randomInt(this.slots.length)] as Slot;
    this.sequence += 1;
    // Every id has its own time, so that the sequence within a millisecond is not needed.
    return composeId({ atMs: Date.UTC(2026, 0, 1) + this.sequence, slot, worker: this.worker, sequence: 0 });
  }

  private async fenced(slot: number, work: (sql: PoolClient) => Promise<unknown>): Promise<void> {
    for (;;) {
      const { map, shardUrls } = this.directory.current;
      const { shard, epoch } = map.assignmentOf(slot as Slot);
      const sql = await this.poolOf(shard, shardUrls.get(shard)!).connect();
      let isBusy: boolean;
      try {
        await sql.query('begin');
        await sql.query('select try_fence_slot($1::smallint, $2)', [slot, epoch]);
        await work(sql);
        await sql.query('commit');
        return;
      } catch (error) {
        await sql.query('rollback');
        const { code } = error as { code?: string };
        isBusy = code === SLOT_BUSY_SQLSTATE;
        const isStale = code === STALE_EPOCH_SQLSTATE && (await this.directory.newerThan(map, 10_000));
        if (!isBusy && !isStale) throw error;
      } finally {
        sql.release();
      }
      if (isBusy) await delay(5 + Math.random() * 20);
    }
  }

  private poolOf(shard: string, url: string): Pool {
    const known = this.pools.get(shard);
    if (known !== undefined) return known;
    const pool = new Pool({ connectionString: url, application_name: 'writer', max: 8 });
    this.pools.set(shard, pool);
    return pool;
  }
}

/** Returns whether an order has an event. No relay empties the outbox here, so only every fourth order has one. */
export function hasEvent(id: string): boolean {
  return (BigInt(id) >> 22n) % 4n === 0n;
}

async function place(sql: PoolClient, id: string, slot: number): Promise<void> {
  await sql.query('insert into customers (id, name) values ($1, $2)', [id, `Ada "${id}" \\ ☃`]);
  await sql.query(
    `insert into orders (id, customer_id, hash, weight, details)
     values ($1, $1, decode(md5($2), 'hex'), random(), jsonb_build_object('big', 9007199254740993, 'null', null))`,
    [id, id],
  );
  await sql.query('insert into order_lines select $1, n, $2 from generate_series(1, 3) n', [id, `sku-${id}`]);
  await sql.query(`insert into seen values ($1, 'settle', $2)`, [slot, id]);
  if (!hasEvent(id)) return;
  await sql.query('insert into outbox (slot, event_id, key) values ($1, $2, $3)', [slot, randomUUID(), id]);
}
