import { SagaLeaseLostError } from '../../saga/saga-lease-lost.error.ts';
import {
  type NewSaga,
  type SagaFailure,
  type SagaLog,
  type SagaRecord,
  type UnfinishedSaga,
} from '../../saga/saga-log.ts';
import { type SagaKey } from '../../saga/saga.ts';
import { toSlot } from '../../slots/slot.ts';
import { SLOT_IS_OWNED_SQL } from './slot-tables.ts';
import { type SlotTransactions, type SqlSession } from './sql-session.ts';

interface Row extends Omit<SagaRecord, 'slot' | 'failure' | 'lease'> {
  readonly slot: number;
  readonly failure: SagaFailure | null;
  /** A `bigint`, as decimal text. */
  readonly lease: string;
}

const COLUMNS = 'slot, id, saga, state, step, context, attempts, failure, lease';
const AGO = (parameter: string) => `clock_timestamp() - ${parameter}::float8 * interval '1 millisecond'`;
const UNTIL = (parameter: string) => `clock_timestamp() + ${parameter} * interval '1 millisecond'`;

/** Stores sagas in the table `sagas` of the shard that owns their slot. Times are those of the database. */
export class PostgresSagaLog implements SagaLog {
  constructor(private readonly transactions: SlotTransactions) {}

  begin(saga: NewSaga, leaseMs: number): Promise<{ record: SagaRecord; begun: boolean }> {
    const { slot, id, context } = saga;
    return this.transactions.transaction(slot, async (session) => {
      const [begun] = await session.query<Row[]>(
        `insert into sagas (slot, id, saga, state, step, context, attempts, lease, leased_until)
         values ($1, $2, $3, 'running', 0, $4, 0, 1, ${UNTIL('$5::float8')})
         on conflict do nothing returning ${COLUMNS}`,
        [slot, id, saga.saga, JSON.stringify(context), leaseMs],
      );
      if (begun !== undefined) return { record: toRecord(begun), begun: true };
      return { record: (await findIn(session, saga)) as SagaRecord, begun: false };
    });
  }

  save(record: SagaRecord, leaseMs: number): Promise<void> {
    const { slot, id, lease, state, step, context, attempts, failure } = record;
    return this.transactions.transaction(slot, async (session) => {
      const saved = await session.query<unknown[]>(
        `with saved as (
           update sagas set state = $4, step = $5, context = $6, attempts = $7, failure = $8,
             leased_until = ${UNTIL('$9::float8')}
           where slot = $1 and id = $2 and lease = $3 returning 1
         ) select from saved`,
        [slot, id, lease, state, step, JSON.stringify(context), attempts, failure ?? null, leaseMs],
      );
      if (saved.length === 0) throw new SagaLeaseLostError(id);
    });
  }

  find(key: SagaKey): Promise<SagaRecord | undefined> {
    return this.transactions.transaction(key.slot, (session) => findIn(session, key));
  }

  async takeAbandoned(limit: number, leaseMs: number): Promise<readonly SagaRecord[]> {
    const abandoned = await this.transactions.onEachShard((session) =>
      session.query<SagaKey[]>(
        `select slot, id from sagas
         where state in ('running', 'compensating') and leased_until <= clock_timestamp() and ${SLOT_IS_OWNED_SQL}
         order by leased_until limit $1`,
        [limit],
      ),
    );
    const keys = inTurn(abandoned).slice(0, limit);
    const takes = await Promise.allSettled(keys.map((key) => this.take(key, leaseMs)));
    const taken = takes.flatMap((take) => (take.status === 'fulfilled' ? (take.value ?? []) : []));
    const failed = takes.find((take) => take.status === 'rejected');
    // Sagas that were taken are leased now, so they must be returned, or they would be lost for that time. The others stay
    // abandoned.
    if (taken.length === 0 && failed !== undefined) throw failed.reason;
    return taken;
  }

  async unfinished(olderThanMs: number, limit: number): Promise<readonly UnfinishedSaga[]> {
    const found = await this.transactions.onEachShard((session) =>
      session.query<(Omit<UnfinishedSaga, 'slot'> & { readonly slot: number })[]>(
        `select slot, id, saga, state, step, begun_at as "begunAt" from sagas
         where state in ('running', 'compensating') and begun_at <= ${AGO('$1')} and ${SLOT_IS_OWNED_SQL}
         order by begun_at limit $2`,
        [olderThanMs, limit],
      ),
    );
    return found
      .flat()
      .map((saga) => ({ ...saga, slot: toSlot(saga.slot) }))
      .sort((one, other) => one.begunAt.getTime() - other.begunAt.getTime())
      .slice(0, limit);
  }

  /** Deletes the step rows first: while its saga exists, a late step still finds that it was done. */
  async forgetEnded(olderThanMs: number, limit: number): Promise<number> {
    const ended = await this.transactions.onEachShard((session) =>
      session.query<SagaKey[]>(
        `select slot, id from sagas
         where state in ('done', 'compensated') and leased_until <= ${AGO('$1')} and ${SLOT_IS_OWNED_SQL}
         order by leased_until limit $2`,
        [olderThanMs, limit],
      ),
    );
    const keys = inTurn(ended).slice(0, limit);
    if (keys.length === 0) return 0;
    const ids = keys.map(({ id }) => id);
    await this.transactions.onEachShard((session) =>
      session.query(`delete from saga_steps where saga_id = any($1) and ${SLOT_IS_OWNED_SQL}`, [ids]),
    );
    for (const [slot, sagas] of Map.groupBy(keys, (key) => key.slot)) {
      const wanted = sagas.map(({ id }) => id);
      await this.transactions.transaction(toSlot(slot), (session) =>
        session.query(
          `delete from sagas where slot = $1 and id = any($2) and state in ('done', 'compensated')`,
          [slot, wanted],
        ),
      );
    }
    return keys.length;
  }

  /** If two callers found the same abandoned saga, the second waits for the first and then finds it leased. */
  private take({ slot, id }: SagaKey, leaseMs: number): Promise<SagaRecord | undefined> {
    return this.transactions.transaction(toSlot(slot), async (session) => {
      const [row] = await session.query<Row[]>(
        `with taken as (
           update sagas set lease = lease + 1, leased_until = ${UNTIL('$3::float8')}
           where slot = $1 and id = $2 and state in ('running', 'compensating') and leased_until <= clock_timestamp()
           returning ${COLUMNS}
         ) select * from taken`,
        [slot, id, leaseMs],
      );
      return row && toRecord(row);
    });
  }
}

/** Returns the first item of each list, then the second of each, and so on. */
function inTurn<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, n) => lists.flatMap((list) => list.slice(n, n + 1))).flat();
}

async function findIn(session: SqlSession, { slot, id }: SagaKey): Promise<SagaRecord | undefined> {
  const [row] = await session.query<Row[]>(`select ${COLUMNS} from sagas where slot = $1 and id = $2`, [
    slot,
    id,
  ]);
  return row && toRecord(row);
}

function toRecord({ slot, failure, lease, ...row }: Row): SagaRecord {
  return { ...row, slot: toSlot(slot), failure: failure ?? undefined, lease: Number(lease) };
}
