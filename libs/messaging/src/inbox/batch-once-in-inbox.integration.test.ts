import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { numbered, numberedOn, type Numbered } from '../../test/numbered.ts';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { EventBatch } from '../events/event-batch.ts';
import { type PartitionClaim } from '../fence/partition-fence.ts';
import { PostgresPartitionFence } from '../fence/postgres-partition-fence.ts';
import { batchOnceInInbox } from './batch-once-in-inbox.ts';

const type = numberedOn('orders');

function recordOf(id: string, number: number) {
  const { key, value, headers } = numbered(type, 'key', number, { id });
  return {
    ...{ topic: 'orders', partition: 0, offset: String(number), timestamp: '0' },
    key: Buffer.from(String(key)),
    value: Buffer.from(String(value)),
    headers,
  };
}

function batchOf(ids: readonly string[], claim?: PartitionClaim, nextOffset?: bigint): EventBatch<Numbered> {
  const records = ids.map((id, n) => () => recordOf(id, n));
  return new EventBatch(type, records, claim, nextOffset);
}

describe('a batch in the inbox', () => {
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;

  beforeAll(async () => {
    database = await openMessagingDatabase();
  });
  beforeEach(() => database.pool.query('truncate consumed_partitions, inbox, effects'));
  afterAll(() => database.drop());

  const claimed = async () => {
    const fence = new PostgresPartitionFence(database.transactions);
    const [granted] = await fence.claim('shop', [{ topic: 'orders', partition: 0, committed: 0n }]);
    return granted!.claim;
  };
  const haveEffects = (batch: EventBatch<Numbered>) =>
    batchOnceInInbox(database.transactions, 'test', batch, async (session, events) => {
      await session.query('insert into effects (event_id) select * from unnest($1::text[])', [
        events.map(({ id }) => id),
      ]);
    });
  const effects = async () =>
    (await database.pool.query('select event_id from effects order by position')).rows.map(
      (row) => row.event_id,
    );
  const nextOffset = async () =>
    (await database.pool.query('select next_offset from consumed_partitions')).rows[0]?.next_offset;

  it.each(['with', 'without'])('gives each event one effect, in order, %s a claim', async (which) => {
    const claim = which === 'with' ? await claimed() : undefined;
    await haveEffects(batchOf(['c', 'a', 'b', 'a'], claim, 4n));
    await haveEffects(batchOf(['b', 'd'], claim, 6n));
    await haveEffects(batchOf(['b', 'd'], claim, 6n));
    expect(await effects()).toEqual(['c', 'a', 'b', 'd']);
  });

  it('stores the next offset of the partition together with the effects', async () => {
    const claim = await claimed();
    await haveEffects(batchOf(['a', 'b'], claim, 2n));
    expect(await nextOffset()).toBe('2');
    await haveEffects(batchOf(['c'], claim, undefined));
    expect(await nextOffset()).toBe('2');
  });

  it('rolls back the inbox rows and the offset when the effect fails', async () => {
    const claim = await claimed();
    const batch = batchOf(['a', 'b'], claim, 2n);
    const failing = batchOnceInInbox(database.transactions, 'test', batch, async (session) => {
      await session.query(`insert into effects (event_id) values ('a')`);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([await effects(), await nextOffset()]).toEqual([[], '0']);
    await haveEffects(batch);
    expect([await effects(), await nextOffset()]).toEqual([['a', 'b'], '2']);
  });

  it('does nothing for a replaced member', async () => {
    const zombie = await claimed();
    await claimed();
    await expect(haveEffects(batchOf(['a'], zombie, 1n))).rejects.toMatchObject({ code: 'stale-claim' });
    expect([await effects(), await nextOffset()]).toEqual([[], '0']);
  });

  it('is decoded as a whole: one undecodable message fails it before anything is stored', async () => {
    const junk = () => ({ ...recordOf('b', 1), value: Buffer.from('junk') });
    const bad = new EventBatch(type, [() => recordOf('a', 0), junk], undefined, undefined);
    expect(bad.size).toBe(2);
    await expect((async () => haveEffects(bad))()).rejects.toMatchObject({ code: 'malformed-event-data' });
    expect(await effects()).toEqual([]);
  });
});
