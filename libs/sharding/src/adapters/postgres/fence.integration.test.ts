import { createTestDatabase, eventually, type TestDatabase } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { SLOT_LOCK_CLASS, SLOT_TABLES_SQL, STALE_EPOCH_SQLSTATE } from './slot-tables.ts';

const stale = { code: STALE_EPOCH_SQLSTATE };

describe('the fence of a slot', () => {
  let database: TestDatabase;
  let writer: Client;
  let mover: Client;

  beforeEach(async () => {
    database = await createTestDatabase();
    [writer, mover] = [await connect(), await connect()];
    await mover.query(SLOT_TABLES_SQL.up);
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

  const letSlotGo = async () => {
    await mover.query('begin');
    await mover.query(`select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, 7)`);
    await mover.query('delete from slot_ownership where slot = 7');
  };
  const isWaiting = async () => {
    const { rowCount } = await mover.query(
      "select from pg_locks where locktype = 'advisory' and not granted",
    );
    return rowCount === 1;
  };
  const write = () =>
    writer.query(
      'with fenced as materialized (select fence_slot(7::smallint, 1)) insert into rows select 7 from fenced',
    );

  it('lets through who knows the epoch, and nobody else', async () => {
    await writer.query('select fence_slot(7::smallint, 1), expect_slot(9::smallint, 4)');
    await expect(writer.query('select fence_slot(7::smallint, 2)')).rejects.toMatchObject(stale);
    await expect(writer.query('select fence_slot(8::smallint, 1)')).rejects.toMatchObject(stale);
    await expect(writer.query('select expect_slot(9::smallint, 3)')).rejects.toMatchObject(stale);
    await expect(
      writer.query("select fence_slots('{9,7}'::smallint[], '{4,2}'::bigint[])"),
    ).rejects.toMatchObject(stale);
    await writer.query("select fence_slots('{9,7,9}'::smallint[], '{4,1,4}'::bigint[])");
  });

  it('holds a write up while the slot is switched, and then refuses it, also in one statement with the write', async () => {
    await letSlotGo();
    const written = write().then(
      () => 'written',
      (error: { code: string }) => error.code,
    );
    await eventually(isWaiting);
    await mover.query('commit');
    expect(await written).toBe(STALE_EPOCH_SQLSTATE);
    expect((await mover.query('select from rows')).rowCount).toBe(0);
  });

  it('lets a write that waited for nothing but a failed switch go on', async () => {
    await letSlotGo();
    const written = write();
    await eventually(isWaiting);
    await mover.query('rollback');
    expect((await written).rowCount).toBe(1);
  });

  it('keeps the slot here until those who passed it have committed', async () => {
    await writer.query('begin');
    await write();
    await mover.query("set lock_timeout = '50ms'");
    await expect(letSlotGo()).rejects.toMatchObject({ code: '55P03' });
    await mover.query('rollback');
    await writer.query('commit');
    await letSlotGo();
    await mover.query('commit');
    expect((await mover.query('select from rows')).rowCount).toBe(1);
  });

  it('takes the locks of several slots in ascending order, whatever order they are named in', async () => {
    await mover.query('begin');
    await mover.query(`select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, 7)`);
    const fenced = writer.query("select fence_slots('{9,7}'::smallint[], '{4,1}'::bigint[])");
    await eventually(isWaiting);
    // Who waits for 7 holds no lock of 9 yet: nobody can wait in a circle.
    await mover.query(`select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, 9)`);
    await mover.query('commit');
    await fenced;
  });
});
