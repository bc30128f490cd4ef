import { createTestDatabase, eventually, type TestDatabase } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type FenceOutcome, SLOT_BUSY_SQLSTATE, SLOT_FENCES_SQL } from './slot-fences.ts';
import { SLOT_LOCK_CLASS, SLOT_TABLES_SQL, STALE_EPOCH_SQLSTATE } from './slot-tables.ts';

const stale = { code: STALE_EPOCH_SQLSTATE };
const busy = { code: SLOT_BUSY_SQLSTATE };

describe('the fence of a slot', () => {
  let database: TestDatabase;
  let writer: Client;
  let mover: Client;

  beforeEach(async () => {
    database = await createTestDatabase();
    [writer, mover] = [await connect(), await connect()];
    await mover.query(SLOT_TABLES_SQL.up + SLOT_FENCES_SQL.up);
    await mover.query('insert into slot_ownership values (7, 1), (9, 4); create table rows (slot smallint)');
  });

  afterEach(async () => {
    await Promise.all([writer.end(), mover.end()]);
    await database.drop();
  });

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    return client;
  }

  const lockSlot = () => mover.query(`select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, 7)`);
  const letSlotGo = async () => {
    await mover.query('begin');
    await lockSlot();
    await mover.query('delete from slot_ownership where slot = 7');
  };
  const write = () =>
    writer.query(
      'with fenced as materialized (select try_fence_slot(7::smallint, 1)) insert into rows select 7 from fenced',
    );
  const rowsWritten = async () => (await mover.query('select from rows')).rowCount;
  const fenceSlots = async (slots: readonly number[], epochs: readonly number[]) => {
    const { rows } = await writer.query<{ outcomes: FenceOutcome[] }>(
      'select try_fence_slots($1, $2) as outcomes',
      [slots, epochs],
    );
    return rows[0]!.outcomes;
  };

  it('accepts only the epoch at which the slot is owned', async () => {
    await writer.query('select try_fence_slot(7::smallint, 1), expect_slot(9::smallint, 4)');
    await expect(writer.query('select try_fence_slot(7::smallint, 2)')).rejects.toMatchObject(stale);
    await expect(writer.query('select try_fence_slot(8::smallint, 1)')).rejects.toMatchObject(stale);
    await expect(writer.query('select expect_slot(9::smallint, 3)')).rejects.toMatchObject(stale);
  });

  it('reports an outcome for each of several slots', async () => {
    await letSlotGo();
    expect(await fenceSlots([9, 7, 9, 8, 9], [4, 1, 4, 1, 3])).toEqual([
      'fenced',
      'busy',
      'fenced',
      'stale',
      'stale',
    ]);
    await mover.query('commit');
    expect(await fenceSlots([7, 9], [1, 4])).toEqual(['stale', 'fenced']);
    expect(await fenceSlots([], [])).toEqual([]);
  });

  it('refuses a write as busy during a switch and as stale after it, also within the statement of the write', async () => {
    await letSlotGo();
    await expect(write()).rejects.toMatchObject(busy);
    await mover.query('commit');
    await expect(write()).rejects.toMatchObject(stale);
    expect(await rowsWritten()).toBe(0);
  });

  describe.each(['repeatable read', 'serializable'])('of a transaction at %s', (level) => {
    it.each([
      ['one', 'select try_fence_slot(7::smallint, 1)'],
      ['several', "select try_fence_slots('{9, 7}', '{4, 1}')"],
      ['unfenced', "select fence_unfenced_write(7::smallint, 'rows')"],
    ])(
      'refuses a snapshot from before the switch with a serialization failure, fenced as %s',
      async (_how, fence) => {
        await writer.query(`begin isolation level ${level}`);
        await writer.query('select from rows');
        await letSlotGo();
        await mover.query('commit');
        await expect(writer.query(fence)).rejects.toMatchObject({ code: '40001' });
        await writer.query('rollback');
        await expect(writer.query('select try_fence_slot(7::smallint, 1)')).rejects.toMatchObject(stale);
      },
    );

    it('blocks a switch until it has committed', async () => {
      await writer.query(`begin isolation level ${level}`);
      await write();
      await mover.query("set lock_timeout = '50ms'");
      await expect(letSlotGo()).rejects.toMatchObject({ code: '55P03' });
      await mover.query('rollback');
      await writer.query('commit');
      expect(await rowsWritten()).toBe(1);
    });
  });

  it.each([
    ['one', 'select try_fence_slot(7::smallint, 1) from begun', 'select 7 from fenced'],
    [
      'several',
      "select try_fence_slots('{7}', '{1}') as outcomes from begun",
      "select 7 from fenced where outcomes[1] = 'fenced'",
    ],
  ])(
    'detects a switch that ended after the statement of the write had started, fenced as %s',
    async (_how, fence, rows) => {
      await letSlotGo();
      await mover.query('select pg_advisory_xact_lock(1)');
      const writing = writer
        .query(
          `with begun as materialized (select pg_advisory_xact_lock_shared(1)), fenced as materialized (${fence})
           insert into rows ${rows}`,
        )
        .catch((error: unknown) => error);
      await eventually(
        async () => (await mover.query('select from pg_locks where not granted')).rowCount === 1,
      );
      await mover.query('commit');
      await writing;
      expect(await rowsWritten()).toBe(0);
    },
  );

  it('accepts a write again after a failed switch', async () => {
    await letSlotGo();
    await expect(write()).rejects.toMatchObject(busy);
    await mover.query('rollback');
    expect((await write()).rowCount).toBe(1);
  });

  it.each([
    ['one', write],
    ['several', () => fenceSlots([9, 7], [4, 1])],
  ])('blocks a switch until writes that passed it have committed, fenced as %s', async (_how, pass) => {
    await writer.query('begin');
    await pass();
    await mover.query("set lock_timeout = '50ms'");
    await expect(letSlotGo()).rejects.toMatchObject({ code: '55P03' });
    await mover.query('rollback');
    await writer.query('commit');
    await letSlotGo();
    await mover.query('commit');
    expect((await mover.query('select from slot_ownership')).rowCount).toBe(1);
  });

  it('refuses new writes while a switch waits, so that overlapping writers cannot starve it', async () => {
    const other = await connect();
    await writer.query('begin');
    await write();
    await mover.query('begin');
    const switching = lockSlot();
    await eventually(
      async () => (await other.query('select from pg_locks where not granted')).rowCount === 1,
    );
    await expect(other.query('select try_fence_slot(7::smallint, 1)')).rejects.toMatchObject(busy);
    // A transaction that already holds the lock is not refused.
    await write();
    await writer.query('commit');
    await switching;
    await mover.query('commit');
    await other.query('select try_fence_slot(7::smallint, 1)');
    await other.end();
  });
});
