import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connected, EmptyPlatform } from '../../../test/empty-platform.ts';
import { toSlot } from '../../slots/slot.ts';
import { type SlotCorrection } from './reconcile-directory.ts';
import { MOVER_LOCK } from './resharding/mover-lock.ts';
import { SlotDirectory } from './slot-directory.ts';

const UNREACHABLE = 'postgres://groundwork@127.0.0.1:1/orders';
const COPIED = ['slot_map', 'shards', 'slots'];

describe('a directory that is restored from a backup', () => {
  let platform: EmptyPlatform;

  beforeEach(async () => {
    platform = await EmptyPlatform.open();
    await platform.initialize();
  });

  afterEach(async () => {
    await platform.close();
  });

  const backUp = () =>
    platform.onDirectory(COPIED.map((table) => `create table old_${table} as table ${table}`).join(';'));
  const restore = () =>
    platform.onDirectory(
      `truncate ${COPIED.join(', ')} cascade;
       ${COPIED.map((table) => `insert into ${table} select * from old_${table}`).join(';')}`,
    );

  /** Writes what a switch would publish. */
  async function publishMove(): Promise<void> {
    await platform.moveSomeToShard3();
    await platform.onDirectory(
      `insert into shards values ('shard-3', '${platform.urlOf('shard-3')}', 5);
       update shards set ownership_epoch = 5 where name = 'shard-1';
       update slots set shard = 'shard-3', epoch = 5 where slot < 100;
       update slot_map set epoch = 5`,
    );
  }

  it('is corrected from its shards after later switches, at an unused epoch', async () => {
    await backUp();
    await publishMove();
    const corrections: SlotCorrection[] = [];
    expect(await platform.initialize()).toBe('kept');
    await restore();
    const idsAfterMs = await platform.storeOrderFromTheFuture();
    expect(await platform.initialize(platform.shardUrls, (correction) => corrections.push(correction))).toBe(
      'corrected',
    );
    expect(corrections).toEqual([{ slots: '0-99', shard: 'shard-3', insteadOf: 'shard-1', epoch: 6 }]);
    const { map, shardUrls: urls } = await platform.read();
    expect([map.epoch, map.assignmentOf(toSlot(99))]).toMatchObject([
      6,
      { shard: 'shard-3', epoch: 6, idsAfterMs },
    ]);
    expect(map.assignmentOf(toSlot(100))).toMatchObject({ shard: 'shard-1', epoch: 1 });
    expect(['shard-1', 'shard-2', 'shard-3'].map((shard) => map.ownershipEpochOf(shard))).toEqual([5, 1, 6]);
    expect(urls.get('shard-3')).toBe(platform.urlOf('shard-3'));
    const owned = await platform.ownedBy('shard-3');
    expect([owned.epoch, owned.slots[0]]).toEqual([6, { slot: 0, epoch: 6 }]);
    expect(await platform.initialize()).toBe('kept');
  });

  it('is also followed by processes that knew the later map', async () => {
    await backUp();
    await publishMove();
    const process = new SlotDirectory({ url: platform.directoryUrl, push: false, pollMs: 20 });
    await process.start();
    try {
      await restore();
      await eventually(() => process.current.map.epoch === 1);
      await platform.initialize();
      await eventually(() => process.current.map.epoch === 6);
      const { map } = process.current;
      expect(map.assignmentOf(toSlot(7))).toMatchObject({ shard: 'shard-3', epoch: 6 });
      expect(map.ownershipEpochOf('shard-1')).toBe(5);
    } finally {
      await process.stop();
    }
  });

  it('ends outdated moves, deletes their notes, and outranks every earlier mover', async () => {
    await platform.onDirectory(
      `insert into shards (name, url) values ('shard-3', '${platform.urlOf('shard-3')}');
       insert into moves (goal) values ('follow');
       insert into move_chunks (move, source, destination, owner, slots, phase)
         values (1, 'shard-1', 'shard-3', 'shard-1', '{0,1}', 'copying');
       insert into moving_slots values (0, 1, 1), (1, 1, 1)`,
    );
    await platform.moveSomeToShard3();
    await platform.on(
      'shard-3',
      `insert into slot_captures values (0); update mover_fence set generation = 9;
       insert into slot_changes (slot, table_name, key) values (0, 'orders', '{}')`,
    );
    expect(await platform.initialize()).toBe('corrected');
    const left = await platform.onDirectory(
      `select (select count(*)::int from moving_slots) as moving, (select generation::int from mover) as generation,
         (select phase from move_chunks) as phase, (select finished_at is not null from moves) as finished`,
    );
    expect(left).toEqual([{ moving: 0, generation: 10, phase: 'gone', finished: true }]);
    // A mover that has lost its lock without noticing is refused on every shard.
    for (const shard of ['shard-1', 'shard-3']) {
      expect(await platform.on(shard, 'select generation::int from mover_fence')).toEqual([
        { generation: 10 },
      ]);
    }
    expect(await platform.on('shard-3', 'select from slot_captures, slot_changes')).toEqual([]);
  });

  it('keeps slots during a switch: before, between and after the change of owner', async () => {
    await platform.onDirectory(
      `insert into shards (name, url) values ('shard-3', '${platform.urlOf('shard-3')}');
       insert into moves (goal) values ('switch');
       insert into move_chunks (move, source, destination, owner, slots, phase, epoch)
         values (1, 'shard-1', 'shard-3', 'shard-1', array(select generate_series(0, 99)), 'switching', 5)`,
    );
    expect(await platform.initialize()).toBe('kept');
    // As if the old owner was read before the switch and the new one after it.
    await platform.on('shard-3', 'insert into slot_ownership select generate_series(0, 99), 5');
    expect(await platform.initialize()).toBe('kept');
    await platform.on('shard-3', 'delete from slot_ownership');
    await platform.on(
      'shard-1',
      'delete from slot_ownership where slot < 100; update shard_state set ownership_epoch = 5',
    );
    expect(await platform.initialize()).toBe('kept');
    await platform.on(
      'shard-3',
      'insert into slot_ownership select generate_series(0, 99), 5; update shard_state set ownership_epoch = 5',
    );
    expect(await platform.initialize()).toBe('kept');
    expect((await platform.read()).map.epoch).toBe(1);
  });

  it('is refused with a list of slots whose owner cannot be determined', async () => {
    await platform.on('shard-3', 'insert into slot_ownership values (7, 5), (8, 5)');
    await platform.on('shard-2', 'delete from slot_ownership where slot in (4000, 4001, 4002)');
    await platform.onDirectory('update slots set epoch = 3 where slot = 9');
    await expect(platform.initialize()).rejects.toThrow(
      'slots 7-8 are claimed by shard-1 and shard-3; slots 9 belong to shard-1 in the directory, but have an older epoch on ' +
        'shard-1, like an old copy; slots 4000-4002 are owned by no shard; the directory says shard-2',
    );
    expect((await platform.read()).map.epoch).toBe(1);
  });

  it('is not corrected while a mover runs, or while a shard that may own the slots is unreachable', async () => {
    await platform.moveSomeToShard3();
    await connected(platform.directoryUrl, async (mover) => {
      await mover.query('select pg_advisory_lock($1)', [MOVER_LOCK]);
      await expect(platform.initialize()).rejects.toThrow('a mover is using this map: stop it first');
    });
    await expect(
      platform.initialize(new Map([...platform.shardUrls, ['shard-2', UNREACHABLE]])),
    ).rejects.toThrow('slots 0-99 may also be owned by shard-2, which cannot be reached');
    expect(await platform.initialize()).toBe('corrected');
  });
});
