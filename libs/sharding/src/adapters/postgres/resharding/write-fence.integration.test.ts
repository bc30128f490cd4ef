import { eventually } from '@groundwork/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openSmallShop, type SmallShop, TABLE_ROLES } from '../../../../test/small-shop.ts';
import { startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { idIn, WantedMoves } from '../../../../test/wanted-moves.ts';
import { SLOT_BUSY_SQLSTATE } from '../slot-fences.ts';
import { SLOT_LOCK_CLASS, STALE_EPOCH_SQLSTATE } from '../slot-tables.ts';
import { fenceTables } from './write-fence.ts';

const stale = { code: STALE_EPOCH_SQLSTATE };

/** shard-1 owns slot 7, and has a copy of slot 3000, which shard-2 owns. */
describe('writes without a fence', () => {
  let shop: SmallShop;
  let mover: StartedMover | undefined;

  beforeAll(async () => {
    shop = await openSmallShop();
  });

  beforeEach(async () => {
    await shop.onCopy('shard-1', 'truncate customers, outbox cascade');
    await shop.on('shard-1', `insert into customers values ($1, 'here')`, [idIn(7)]);
    await shop.onCopy('shard-1', `insert into customers values ($1, 'copy')`, [idIn(3000)]);
  });

  afterAll(async () => {
    await mover?.stop();
    await shop.close();
  });

  const names = async (shard: string) =>
    (await shop.on<{ name: string }>(shard, 'select name from customers order by name')).map(
      ({ name }) => name,
    );

  it.each([
    ['an insert', `insert into customers values (${idIn(3000, 2)}, 'lost')`],
    ['an update', `update customers set name = 'lost' where id = ${idIn(3000)}`],
    ['an update into the slot', `update customers set id = ${idIn(3000, 2)} where id = ${idIn(7)}`],
    ['an update out of the slot', `update customers set id = ${idIn(7, 2)} where id = ${idIn(3000)}`],
    ['a delete', `delete from customers where id = ${idIn(3000)}`],
    ['a statement over all rows', `update customers set name = 'lost'`],
    ['a row with the slot in a column', `insert into seen values (3000, 'test', 'event')`],
    [
      'an event for the outbox',
      `insert into outbox (slot, event_id, key) values (3000, gen_random_uuid(), 'k')`,
    ],
  ])('are refused on a shard that does not own the slot: %s', async (_what, write) => {
    await expect(shop.on('shard-1', write)).rejects.toMatchObject(stale);
    expect(await names('shard-1')).toEqual(['copy', 'here']);
  });

  it('are refused with the table, the slot and a hint', async () => {
    await expect(shop.on('shard-1', 'delete from customers')).rejects.toMatchObject({
      message: 'a row of table customers is in slot 3000, which this shard does not own',
      hint: expect.stringContaining('Restrict a statement over all rows to the slots in slot_ownership'),
    });
    await shop.on('shard-1', `delete from customers where slot_of(id) in (select slot from slot_ownership)`);
    expect(await names('shard-1')).toEqual(['copy']);
  });

  it('are accepted by the owner for several slots in one transaction, and roll back to a savepoint', async () => {
    const sql = await shop.connect('shard-1');
    await sql.query('begin; savepoint one');
    await sql.query(`insert into customers select slot_id, 'new' from unnest($1::bigint[]) slot_id`, [
      [idIn(8), idIn(9), idIn(8, 2)],
    ]);
    await sql.query('rollback to one');
    // The rollback to the savepoint released the locks of the slots. The next row locks its slot again.
    await sql.query(`insert into customers values ($1, 'again')`, [idIn(8)]);
    const held = await sql.query(
      `select objid::int as slot from pg_locks where locktype = 'advisory' and classid = ${SLOT_LOCK_CLASS}
         and pid = pg_backend_pid()`,
    );
    expect(held.rows).toEqual([{ slot: 8 }]);
    await sql.query('commit');
    expect(await names('shard-1')).toEqual(['again', 'copy', 'here']);
  });

  it('are refused while the slot is being switched, and block a switch until they have committed', async () => {
    const mover = await shop.connect('shard-1');
    await mover.query(`begin; select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, 7)`);
    const write = `update customers set name = 'changed' where id = ${idIn(7)}`;
    await expect(shop.on('shard-1', write)).rejects.toMatchObject({ code: SLOT_BUSY_SQLSTATE });
    await mover.query('rollback');
    const psql = await shop.connect('shard-1');
    await psql.query(`begin; ${write}`);
    const { rows } = await mover.query(`select pg_try_advisory_lock(${SLOT_LOCK_CLASS}, 7) as taken`);
    expect(rows).toEqual([{ taken: false }]);
    await psql.query('commit');
  });

  it('as TRUNCATE are refused if the table holds copies, or a moving slot is being switched', async () => {
    const truncate = () => shop.on('shard-1', 'truncate customers cascade');
    await expect(truncate()).rejects.toMatchObject({
      message: 'table customers holds copies of slots that this shard does not own',
    });
    await shop.onCopy('shard-1', `delete from customers where name = 'copy'`);
    await shop.on('shard-1', 'insert into slot_captures values (7)');
    const mover = await shop.connect('shard-1');
    await mover.query(`begin; select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, 7)`);
    await expect(truncate()).rejects.toMatchObject({ code: SLOT_BUSY_SQLSTATE });
    await mover.query('rollback');
    await truncate();
    expect(await names('shard-1')).toEqual([]);
    await shop.on('shard-1', 'delete from slot_captures');
  });

  it('do not block the relay, which deletes published rows of an outbox during a switch', async () => {
    await shop.on('shard-1', `insert into outbox (slot, event_id, key) values (7, gen_random_uuid(), 'k')`);
    const mover = await shop.connect('shard-1');
    await mover.query(`begin; select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, 7)`);
    await shop.on('shard-1', 'delete from outbox');
    expect(await shop.on('shard-1', 'select from outbox')).toEqual([]);
    await mover.query('rollback');
  });

  it('are refused in a table that is fenced later, once other sessions release it', async () => {
    await shop.on('shard-1', 'create table coupons (slot smallint, code text, primary key (slot, code))');
    const reader = await shop.connect('shard-1');
    await reader.query(`begin; insert into coupons values (7, 'written before')`);
    const fenced = fenceTables({ url: shop.shardUrls.get('shard-1')!, name: 'shard-1', roles: TABLE_ROLES });
    await eventually(
      async () => (await shop.on('shard-1', 'select from pg_locks where not granted')).length > 0,
    );
    await reader.query('commit');
    await fenced;
    await expect(shop.on('shard-1', `insert into coupons values (3000, 'lost')`)).rejects.toMatchObject(
      stale,
    );
    await shop.on('shard-1', 'drop table coupons');
  });

  it('are refused on both sides of a move even if the tables were not fenced before', async () => {
    for (const shard of ['shard-1', 'shard-3'])
      await shop.on(
        shard,
        'drop trigger fence_slot_writes on customers; drop trigger fence_truncate on customers',
      );
    mover = startMover(shop);
    const moves = new WantedMoves(shop);
    await moves.follows(await moves.request([7]));
    const write = `update customers set name = 'lost' where id = ${idIn(7)}`;
    await expect(shop.on('shard-3', write)).rejects.toMatchObject(stale);
    await expect(shop.on('shard-1', `delete from customers where name = 'copy'`)).rejects.toMatchObject(
      stale,
    );
  });
});
