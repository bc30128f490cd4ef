import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { onceInInbox } from '../inbox/once-in-inbox.ts';
import { type PartitionClaim } from './partition-fence.ts';
import { PostgresPartitionFence } from './postgres-partition-fence.ts';

const PARTITION = { topic: 'orders', partition: 3 };

describe('the partition fence', () => {
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let fence: PostgresPartitionFence;

  beforeAll(async () => {
    database = await openMessagingDatabase();
    fence = new PostgresPartitionFence(database.transactions);
  });
  beforeEach(() => database.pool.query('truncate consumed_partitions, inbox, effects'));
  afterAll(() => database.drop());

  const claim = async (committed: bigint | 'never' = 0n, group = 'shop') => {
    const claimed = { ...PARTITION, committed: committed === 'never' ? undefined : committed };
    const [granted] = await fence.claim(group, [claimed]);
    return granted!;
  };
  const effects = async () =>
    (await database.pool.query('select event_id from effects')).rows.map((row) => row.event_id);
  const haveEffect = (
    id: string,
    holder: PartitionClaim,
    before: () => Promise<void> = async () => undefined,
  ) =>
    onceInInbox(database.transactions, 'test', { id, claim: holder }, async (session) => {
      await session.query('insert into effects (event_id) values ($1)', [id]);
      await before();
    });

  it('increases the epoch with each claim of a partition, separately for each group', async () => {
    expect((await claim()).claim).toEqual({ group: 'shop', ...PARTITION, epoch: '1' });
    expect((await claim()).claim.epoch).toBe('2');
    expect((await claim(0n, 'other')).claim.epoch).toBe('1');
    const both = await fence.claim('shop', [
      { ...PARTITION, committed: 0n },
      { topic: 'orders', partition: 1, committed: 7n },
    ]);
    expect(both.map(({ claim: { partition, epoch } }) => [partition, epoch]).sort()).toEqual([
      [1, '1'],
      [3, '3'],
    ]);
  });

  it('returns the higher one of the offset committed to Kafka and the stored offset', async () => {
    expect((await claim(5n)).nextOffset).toBe(5n);
    const { claim: holder } = await claim(5n);
    await fence.advance([{ claim: holder, nextOffset: 9_007_199_254_740_993n }]);
    expect((await claim(5n)).nextOffset).toBe(9_007_199_254_740_993n);
    expect((await claim('never')).nextOffset).toBe(9_007_199_254_740_993n);
  });

  it('stores the offset only for the current claim, and moves it back only by `rewind`', async () => {
    const before = await claim(0n);
    const now = await claim(0n);
    await fence.advance([{ claim: now.claim, nextOffset: 10n }]);
    await fence.advance([{ claim: now.claim, nextOffset: 8n }]);
    await fence.advance([{ claim: before.claim, nextOffset: 50n }]);
    await fence.rewind([{ claim: before.claim, nextOffset: 5n }]);
    const last = await claim(0n);
    expect(last.nextOffset).toBe(10n);
    await fence.rewind([{ claim: last.claim, nextOffset: 5n }]);
    expect((await claim(0n)).nextOffset).toBe(5n);
  });

  it('rejects the effects of a replaced member, and rolls them back', async () => {
    const zombie = (await claim()).claim;
    await haveEffect('before', zombie);
    await claim();
    await expect(haveEffect('after', zombie)).rejects.toMatchObject({
      code: 'stale-claim',
      retryable: true,
      infrastructure: true,
    });
    expect(await effects()).toEqual(['before']);
    expect((await database.pool.query('select event_id from inbox')).rows).toEqual([{ event_id: 'before' }]);
  });

  it('lets effects run concurrently, while a claim waits for the effects of earlier claims', async () => {
    const { claim: old } = await claim();
    const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const begun: string[] = [];
    const effectsOfOld = [
      haveEffect('one', old, () => (begun.push('one'), one.promise)),
      haveEffect('two', old, () => (begun.push('two'), two.promise)),
    ];
    await eventually(() => begun.length === 2);
    await fence.advance([{ claim: old, nextOffset: 1n }]);
    const taken: string[] = [];
    const next = claim().then(({ claim: { epoch } }) => taken.push(epoch));
    await eventually(async () => {
      const waiting = `select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%consumed_partitions%'`;
      return (await database.pool.query(waiting)).rowCount === 1;
    });
    one.resolve();
    await effectsOfOld[0];
    expect(taken).toEqual([]);
    two.resolve();
    await Promise.all([...effectsOfOld, next]);
    expect(taken).toEqual(['2']);
    expect((await effects()).sort()).toEqual(['one', 'two']);
  });
});
