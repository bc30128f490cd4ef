import { Pool } from 'pg';
import { transactionsOf } from '@groundwork/testing';
import { type IncomingEvent } from '../../src/events/incoming-event.ts';
import {
  CONSUMED_PARTITIONS_SQL,
  INBOX_BY_SLOT_SQL,
  MESSAGING_TABLES_SQL,
} from '../../src/sql/messaging-tables.ts';
import { type SqlSession, type Transactions } from '../../src/sql/sql-session.ts';
import { type Numbered } from '../../test/numbered.ts';

/** The effect of an event in these benchmarks: one row. */
export const EFFECTS_SQL =
  'insert into effects (event_id, number) select * from unnest($1::text[], $2::int[])';

export interface EffectsDatabase {
  readonly pool: Pool;
  readonly transactions: Transactions;
  /** Returns the fault if the expected number of events does not have one effect each. Then it empties the tables. */
  faultOf(way: string, expected: number): Promise<string | undefined>;
  close(): Promise<void>;
}

export async function openEffectsDatabase(url: string): Promise<EffectsDatabase> {
  const pool = new Pool({ connectionString: url, max: 20 });
  await pool.query(MESSAGING_TABLES_SQL.up + INBOX_BY_SLOT_SQL.up + CONSUMED_PARTITIONS_SQL.up);
  await pool.query('create table effects (event_id text not null, number int not null)');
  return {
    pool,
    transactions: transactionsOf(pool),
    async faultOf(way, expected) {
      const { rows } = await pool.query<{ effects: number; events: number }>(
        'select count(*)::int as effects, count(distinct event_id)::int as events from effects',
      );
      await pool.query('truncate effects, inbox, consumed_partitions');
      const { effects, events } = rows[0] ?? { effects: 0, events: 0 };
      return effects === expected && events === expected
        ? undefined
        : `${way}: ${effects} effects of ${events} events, expected ${expected}`;
    },
    close: () => pool.end(),
  };
}

export async function haveEffects(
  session: SqlSession,
  events: readonly IncomingEvent<Numbered>[],
): Promise<void> {
  await session.query(EFFECTS_SQL, [events.map(({ id }) => id), events.map(({ data }) => data.number)]);
}
