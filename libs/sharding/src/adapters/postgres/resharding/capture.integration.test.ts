import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { idIn, WantedMoves } from '../../../../test/wanted-moves.ts';

describe('the notes of changes in moving slots', () => {
  let shop: SmallShop;
  let moves: WantedMoves;
  let mover: StartedMover | undefined;

  beforeEach(async () => {
    shop = await openSmallShop();
    moves = new WantedMoves(shop);
  });

  afterEach(async () => {
    await mover?.stop();
    mover = undefined;
    await shop.close();
  });

  it('start only after writes from before the first note have ended, so that the copy contains them', async () => {
    const early = await shop.connect('shard-1');
    await early.query('begin');
    await early.query(`insert into customers values ($1, 'Ada')`, [idIn(7)]);
    mover = startMover(shop);
    const id = await moves.request([7]);
    await moves.waits(id, 'locked by another session');
    await early.query('commit');
    await moves.follows(id);

    // The triggers exist now, so the next transaction does not conflict with their creation. Only its age shows that it is
    // older.
    const late = await shop.connect('shard-1');
    await late.query('begin');
    await late.query(`insert into customers values ($1, 'Bob')`, [idIn(8)]);
    const next = await moves.request([8]);
    await moves.waits(next, 'older than the capture');
    expect((await moves.chunk(next)).phase).toBe('capturing');
    await late.query('commit');
    await moves.follows(next);
    expect(await shop.on('shard-3', 'select id, name from customers order by id')).toEqual([
      { id: idIn(7), name: 'Ada' },
      { id: idIn(8), name: 'Bob' },
    ]);
  });

  it('include a change that commits late with a smaller position', async () => {
    mover = startMover(shop);
    const id = await moves.request([7]);
    await moves.follows(id);
    const slow = await shop.connect('shard-1');
    await slow.query('begin');
    await slow.query(`insert into customers values ($1, 'first position')`, [idIn(7, 1)]);
    await shop.on('shard-1', `insert into customers values ($1, 'second position')`, [idIn(7, 2)]);
    await eventually(async () => (await shop.on('shard-3', 'select from customers')).length === 1);
    await slow.query('commit');
    await eventually(async () => (await shop.on('shard-3', 'select from customers')).length === 2);
  });

  it('are complete although a writer started while the mover was starting the capture', async () => {
    mover = startMover(shop);
    await moves.follows(await moves.request([6]));
    // The mover has a transaction number and waits here. The writer gets a larger number, and still writes no notes.
    const gate = await shop.connect('shard-1');
    await gate.query('begin; lock table slot_captures in share mode');
    const id = await moves.request([7]);
    await eventually(async () => {
      const waiting = `select from pg_locks where relation = 'slot_captures'::regclass and not granted`;
      return (await shop.on('shard-1', waiting)).length > 0;
    });
    const writer = await shop.connect('shard-1');
    await writer.query('begin');
    await writer.query(`insert into customers values ($1, 'Ada')`, [idIn(7)]);
    await gate.query('commit');
    await moves.waits(id, 'older than the capture');
    await writer.query('commit');
    await moves.follows(id);
    await moves.desk.want(id, 'switch');
    await moves.switched(id);
    expect(await shop.on('shard-3', 'select name from customers')).toEqual([{ name: 'Ada' }]);
  });

  it('refuse a transaction above READ COMMITTED with an older snapshot, because it would write no note', async () => {
    mover = startMover(shop);
    await moves.follows(await moves.request([6]));
    const writer = await shop.connect('shard-1');
    await writer.query('begin isolation level repeatable read');
    await writer.query('select from customers');
    await moves.follows(await moves.request([7]));
    await expect(writer.query(`insert into customers values ($1, 'Ada')`, [idIn(7)])).rejects.toMatchObject({
      code: '40001',
    });
  });

  it('wait for a transaction above READ COMMITTED that fenced the slot earlier', async () => {
    mover = startMover(shop);
    await moves.follows(await moves.request([6]));
    const writer = await shop.connect('shard-1');
    await writer.query('begin isolation level serializable');
    await writer.query('select try_fence_slot(7::smallint, 1)');
    const id = await moves.request([7]);
    await moves.waits(id, 'above READ COMMITTED');
    await writer.query(`insert into customers values ($1, 'Ada')`, [idIn(7)]);
    await writer.query('commit');
    await moves.follows(id);
    expect(await shop.on('shard-3', 'select name from customers')).toEqual([{ name: 'Ada' }]);
  });

  it('cover a table that is added while slots are followed, including its existing rows', async () => {
    mover = startMover(shop);
    const id = await moves.request([9]);
    await moves.follows(id);
    const coupons = 'create table coupons (slot smallint, code text, primary key (slot, code));';
    await shop.on(
      'shard-1',
      `${coupons} insert into coupons values (9, 'early'), (10, 'of a slot that stays')`,
    );
    await shop.on('shard-3', coupons);
    await eventually(async () => (await shop.on('shard-3', 'select from coupons')).length === 1);
    await shop.on('shard-1', `insert into coupons values (9, 'later')`);
    await moves.desk.want(id, 'switch');
    await moves.switched(id);
    await shop.on('shard-3', `insert into coupons values (9, 'of the new owner')`);
    await moves.desk.want(id, 'reverse');
    await moves.switched(id, 'shard-1');
    expect(await shop.on('shard-1', 'select code from coupons where slot = 9 order by code')).toEqual([
      { code: 'early' },
      { code: 'later' },
      { code: 'of the new owner' },
    ]);
  });

  it('are complete when a move starts right after the last one has ended', async () => {
    mover = startMover(shop);
    const ended = await moves.request([11]);
    await moves.follows(ended);
    await moves.desk.want(ended, 'drop');
    await eventually(async () => (await moves.desk.move(ended)).finishedAt !== null);
    const id = await moves.request([12]);
    await moves.follows(id);
    await shop.on('shard-1', `insert into customers values ($1, 'Ada')`, [idIn(12)]);
    await eventually(async () => (await shop.on('shard-3', 'select from customers')).length === 1);
  });

  it('cover a table that is added between two moves', async () => {
    mover = startMover(shop);
    await moves.follows(await moves.request([13]));
    const coupons = 'create table coupons (slot smallint, code text, primary key (slot, code));';
    for (const shard of ['shard-1', 'shard-3']) await shop.on(shard, coupons);
    const id = await moves.request([14]);
    await moves.follows(id);
    await shop.on('shard-1', `insert into coupons values (14, 'later')`);
    await eventually(async () => (await shop.on('shard-3', 'select from coupons')).length === 1);
  });
});
