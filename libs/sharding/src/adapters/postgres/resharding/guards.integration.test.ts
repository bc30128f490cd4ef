import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMover, startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { composeId, partsOfId } from '../../../ids/id-layout.ts';
import { type MoverStep } from '../../../resharding/mover-steps.ts';
import { type Slot } from '../../../slots/slot.ts';
import { MoveDesk } from './move-desk.ts';
import { type ChunkStatus } from './move-status.ts';

const idIn = (slot: number, n = 1) =>
  composeId({ atMs: Date.UTC(2026, 3, 1) + n, slot: slot as Slot, worker: 0, sequence: 0 });

describe('a move of slots', () => {
  let shop: SmallShop;
  let desk: MoveDesk;
  let started: StartedMover | undefined;

  beforeEach(async () => {
    shop = await openSmallShop();
    desk = new MoveDesk(shop.directory);
  });

  afterEach(async () => {
    await started?.stop();
    started = undefined;
    await shop.close();
  });

  const addOrder = (shard: string, id: string) =>
    shop.on(
      shard,
      `with customer as (insert into customers values ($1, 'Ada')) insert into orders (id, customer_id) values ($1, $1)`,
      [id],
    );
  const request = async (slots: readonly number[], to = 'shard-3') =>
    (await desk.request({ moves: [{ to, slots }] })).id;
  const allAre = (id: string, wanted: (chunk: ChunkStatus) => boolean) =>
    eventually(async () => (await desk.move(id)).chunks.every(wanted));
  const follows = (id: string) => allAre(id, ({ phase }) => phase === 'following');
  const switched = (id: string, owner = 'shard-3') =>
    allAre(id, (chunk) => chunk.owner === owner && chunk.phase === 'following');
  const idsOn = async (shard: string) =>
    (await shop.on<{ id: string }>(shard, 'select id from orders order by id')).map(({ id }) => id);

  it('is not switched if a row differs, and reports the slot and the table', async () => {
    started = startMover(shop);
    for (let n = 0; n < 3; n++) await addOrder('shard-1', idIn(9, n));
    await addOrder('shard-1', idIn(10));
    const id = await request([9, 10]);
    await follows(id);
    await shop.onCopy('shard-3', `update orders set status = 'bent' where id = $1`, [idIn(9, 1)]);
    await desk.wantVerified(id);
    const words = 'slot 9, table orders: 3 rows on both sides, with different contents';
    await eventually(async () => (await desk.move(id)).chunks[0]?.verified === false);
    expect((await desk.move(id)).chunks[0]?.fault).toBe(words);
    await desk.want(id, 'switch');
    await eventually(async () => (await desk.move(id)).chunks[0]?.fault === words);
    await shop.onCopy('shard-3', 'delete from orders where id = $1', [idIn(10)]);
    await desk.want(id, 'switch');
    const both = `${words}; slot 10, table orders: 1 rows on shard-1, 0 on shard-3`;
    await eventually(async () => (await desk.move(id)).chunks[0]?.fault === both);
    expect((await desk.move(id)).chunks[0]).toMatchObject({ owner: 'shard-1', phase: 'following' });
    expect(await shop.on('shard-1', 'select slot from slot_ownership where slot in (9, 10)')).toHaveLength(2);
    // Every change is applied to the replica, so an update of the rows repairs them.
    await shop.on('shard-1', `update orders set status = status`);
    await eventually(async () => (await idsOn('shard-3')).length === 4);
    await desk.want(id, 'switch');
    await switched(id);
  });

  it('hands the outbox over in order and exactly once', async () => {
    started = startMover(shop);
    const keys = async (shard: string) =>
      (await shop.on<{ key: string }>(shard, 'select key from outbox where slot = 11 order by position')).map(
        ({ key }) => key,
      );
    await shop.onCopy(
      'shard-3',
      `insert into outbox (slot, event_id, key) values (11, gen_random_uuid(), 'left over')`,
    );
    await shop.on(
      'shard-1',
      `insert into outbox (slot, event_id, key) select 11, gen_random_uuid(), n from generate_series(1, 30) n`,
    );
    const id = await request([11]);
    await follows(id);
    const before = await keys('shard-1');
    await desk.want(id, 'switch');
    await switched(id);
    expect(await keys('shard-3')).toEqual(before);
    expect(await keys('shard-1')).toEqual([]);
  });

  it('blocks the relay, which uses no fence, from deleting rows that are being handed over', async () => {
    const relay = await shop.connect('shard-1');
    let removed: Promise<{ rowCount: number | null }> | undefined;
    const reached = (step: MoverStep) => {
      if (step === 'switch-caught-up') removed = relay.query('delete from outbox where slot = 11');
    };
    started = startMover(shop, { reached });
    await shop.on(
      'shard-1',
      `insert into outbox (slot, event_id, key) values (11, gen_random_uuid(), 'published just now')`,
    );
    const id = await request([11]);
    await follows(id);
    await desk.want(id, 'switch');
    await switched(id);
    // The relay waits for the switch. Afterwards there are no rows left to delete here.
    expect((await removed)?.rowCount).toBe(0);
    expect(await shop.on('shard-3', 'select key from outbox')).toEqual([{ key: 'published just now' }]);
  });

  it('does not switch while an outbox is too long to be handed over', async () => {
    started = startMover(shop);
    await shop.on(
      'shard-1',
      `insert into outbox (slot, event_id, key) select 11, gen_random_uuid(), n from generate_series(1, 2001) n`,
    );
    const id = await request([11]);
    await follows(id);
    await desk.want(id, 'switch');
    await eventually(async () => (await desk.move(id)).chunks[0]?.waiting?.includes('check its relay'));
    await shop.on('shard-1', 'delete from outbox where slot = 11');
    await switched(id);
  });

  it('publishes the latest time in the ids of a slot, so that new ids are later', async () => {
    started = startMover(shop);
    const latest = idIn(12, 86_400_000);
    await addOrder('shard-1', idIn(12));
    await addOrder('shard-1', latest);
    const id = await request([12, 13]);
    await follows(id);
    await desk.want(id, 'switch');
    await switched(id);
    const { rows } = await shop.directory.query(
      'select slot, shard, epoch::int, ids_after_ms::float8 from slots where slot in (12, 13) order by slot',
    );
    expect(rows).toEqual([
      { slot: 12, shard: 'shard-3', epoch: 2, ids_after_ms: partsOfId(latest).atMs },
      { slot: 13, shard: 'shard-3', epoch: 2, ids_after_ms: 0 },
    ]);
    const epochs = await shop.directory.query(
      'select name, ownership_epoch::int as epoch from shards order by name',
    );
    expect(epochs.rows.map(({ epoch }) => epoch)).toEqual([2, 1, 2]);
    for (const [shard, epoch] of [
      ['shard-1', 2],
      ['shard-2', 1],
      ['shard-3', 2],
    ] as const) {
      expect(await shop.on(shard, 'select ownership_epoch::int as epoch from shard_state')).toEqual([
        { epoch },
      ]);
    }
  });

  it('reports an unreachable shard and continues with other moves', async () => {
    await shop.directory.query(
      `insert into shards (name, url) values ('shard-4', 'postgres://nobody:x@127.0.0.1:1/nothing')`,
    );
    started = startMover(shop);
    const stuck = await request([20], 'shard-4');
    const other = await request([21]);
    await follows(other);
    await eventually(async () =>
      (await desk.move(stuck)).chunks[0]?.waiting?.includes('shard-4 cannot be reached'),
    );
    await desk.want(other, 'switch');
    await switched(other);
  });

  it('is refused as a whole if one of its slots is moving, naming the slot and its move', async () => {
    const first = await request([30, 31]);
    const refused = {
      code: 'already-moving',
      message: expect.stringContaining(`slot 31 is on move ${first}`),
    };
    await expect(request([31, 32])).rejects.toMatchObject(refused);
    await expect(request([2048, 31], 'shard-3')).rejects.toMatchObject(refused);
    const ids = await Promise.all([request([40]), request([40]), request([40])]);
    expect(new Set(ids).size).toBe(1);
    expect((await desk.moves()).map(({ slots }) => slots)).toEqual([1, 2]);
  });

  it('never deletes rows on the shard that owns the slots, even if the directory is wrong', async () => {
    started = startMover(shop);
    await addOrder('shard-1', idIn(33));
    const id = await request([33]);
    await follows(id);
    await started.stop();
    await shop.directory.query(`update move_chunks set owner = 'shard-3'`);
    await desk.want(id, 'drop');
    started = startMover(shop);
    await eventually(async () => (await desk.move(id)).chunks[0]?.fault?.includes('shard-1 owns slot 33'));
    expect(await idsOn('shard-1')).toEqual([idIn(33)]);
  });

  it('refuses a table without an index that places its rows', async () => {
    await shop.on('shard-1', 'create table coupons (slot smallint, id bigint primary key)');
    started = startMover(shop);
    const id = await request([34]);
    await eventually(async () => (await desk.move(id)).chunks[0]?.fault?.includes('table coupons'));
  });

  it('waits while the tables of the two shards differ', async () => {
    await shop.on('shard-3', 'alter table orders add column gift boolean');
    started = startMover(shop);
    const id = await request([35]);
    await eventually(async () =>
      (await desk.move(id)).chunks[0]?.waiting?.includes(
        'table orders is not the same on shard-1 and shard-3',
      ),
    );
    await shop.on('shard-1', 'alter table orders add column gift boolean');
    await follows(id);
  });

  it('has one active mover; a second one reports its name and takes over when it ends', async () => {
    started = startMover(shop, { name: { holder: 'mover-a', pid: 11 } });
    await eventually(() => started!.mover.isActive);
    const second = startMover(shop, { name: { holder: 'mover-b', pid: 12 } });
    try {
      await eventually(() =>
        second.warnings.some((text) => text.includes('another mover is at work: mover-a, process 11')),
      );
      await expect(createMover(shop).runOnce(new AbortController().signal)).rejects.toMatchObject({
        code: 'mover-running',
        message: expect.stringContaining('mover-a, process 11'),
      });
      expect(second.mover.isActive).toBe(false);
      await started.stop();
      await eventually(() => second.mover.isActive);
    } finally {
      await second.stop();
    }
  });

  it('can be done by a mover that runs once', async () => {
    const id = await request([36]);
    await createMover(shop).runOnce(new AbortController().signal);
    await desk.want(id, 'switch');
    await createMover(shop).runOnce(new AbortController().signal);
    await desk.want(id, 'drop');
    await createMover(shop).runOnce(new AbortController().signal);
    expect((await desk.move(id)).finishedAt).not.toBeNull();
    expect(await shop.on('shard-3', 'select slot from slot_ownership')).toEqual([{ slot: 36 }]);
  });

  it('is not changed by a mover that was superseded without knowing it', async () => {
    await addOrder('shard-1', idIn(37));
    const id = await request([37]);
    const paused = Promise.withResolvers<void>();
    const reached = (step: MoverStep) => {
      if (step === 'copy-finished') paused.resolve();
    };
    started = startMover(shop, { reached });
    await paused.promise;
    await follows(id);
    // A new mover does this first on each shard.
    for (const shard of ['shard-1', 'shard-3']) {
      await shop.on(shard, 'update mover_fence set generation = generation + 1');
    }
    await addOrder('shard-1', idIn(37, 2));
    await eventually(() => started!.warnings.some((text) => text.includes('another mover has taken over')));
    expect(await idsOn('shard-3')).toEqual([idIn(37)]);
  });

  it('resumes after the connection to the directory was lost', async () => {
    started = startMover(shop);
    await eventually(() => started!.mover.isActive);
    await shop.directory.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'shard-mover' and datname = current_database()`,
    );
    await eventually(() => started!.warnings.some((text) => text.includes('failed and restarts')));
    const id = await request([38]);
    await follows(id);
  });
});
