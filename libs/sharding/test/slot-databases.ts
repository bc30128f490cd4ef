import { transactionsOf } from '@groundwork/testing';
import { Pool } from 'pg';
import { type SlotTransactions, type SqlSession } from '../src/adapters/postgres/sql-session.ts';
import { type Slot } from '../src/slots/slot.ts';

/** Databases and the slots that they own at epoch 1. Runs transactions on them as a service does. */
export class SlotDatabases implements SlotTransactions {
  private readonly pools: readonly { readonly slots: ReadonlySet<number>; readonly pool: Pool }[];

  constructor(slotsByUrl: Readonly<Record<string, readonly number[]>>) {
    this.pools = Object.entries(slotsByUrl).map(([url, slots]) => {
      const pool = new Pool({ connectionString: url, max: 4 });
      // Tests kill servers. The current statement reports the error.
      pool.on('error', () => undefined);
      pool.on('connect', (client) => client.on('error', () => undefined));
      return { slots: new Set(slots), pool };
    });
  }

  async transaction<T>(slot: Slot, work: (session: SqlSession) => Promise<T>): Promise<T> {
    const owner = this.pools.find(({ slots }) => slots.has(slot));
    if (owner === undefined) throw new RangeError(`no database owns slot ${slot}`);
    return transactionsOf(owner.pool).transaction(async (session) => {
      await session.query('select try_fence_slot($1, 1)', [slot]);
      return work(session);
    });
  }

  onEachShard<T>(work: (session: SqlSession) => Promise<T>): Promise<T[]> {
    return Promise.all(this.pools.map(({ pool }) => transactionsOf(pool).transaction(work)));
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map(({ pool }) => pool.end()));
  }
}
