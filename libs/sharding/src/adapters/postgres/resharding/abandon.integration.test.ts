import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnMover } from '../../../../test/killable-mover.ts';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { idIn, WantedMoves } from '../../../../test/wanted-moves.ts';
import { readMover } from './read-mover.ts';

/** An address without a server. */
const LOST = 'postgres://127.0.0.1:1/lost';

describe('a move whose destination is permanently lost', () => {
  let shop: SmallShop;
  let moves: WantedMoves;
  let mover: StartedMover | undefined;
  let killed: ReturnType<typeof spawnMover> | undefined;

  beforeEach(async () => {
    shop = await openSmallShop();
    moves = new WantedMoves(shop);
    await shop.on('shard-1', `insert into customers values ($1, 'Ada')`, [idIn(7)]);
  });

  afterEach(async () => {
    await mover?.stop();
    mover = undefined;
    killed?.child.kill('SIGKILL');
    await killed?.ended;
    killed = undefined;
    await shop.close();
  });

  const startWithoutDestination = () => {
    mover = startMover(shop, { shardUrls: new Map([['shard-3', LOST]]) });
  };
  const isFinished = (id: string) => eventually(async () => (await moves.desk.move(id)).finishedAt !== null);

  it('can be abandoned: the source keeps its slots, stops noting changes, and can move them elsewhere', async () => {
    mover = startMover(shop);
    const id = await moves.request([7]);
    await moves.follows(id);
    await mover.stop();
    startWithoutDestination();
    await moves.desk.want(id, 'drop');
    await moves.waits(id, 'shard-3 cannot be reached');
    await moves.desk.want(id, 'abandon');
    await isFinished(id);
    const left = `select (select count(*)::int from slot_captures) as captured,
      (select count(*)::int from pg_trigger where tgname like 'capture%') as triggers,
      (select count(*)::int from slot_ownership where slot = 7) as owned`;
    expect(await shop.on('shard-1', left)).toEqual([{ captured: 0, triggers: 0, owned: 1 }]);
    const other = await moves.request([7], 'shard-2');
    await moves.follows(other);
  });

  it('returns the slots at a later epoch to a source that had let go of them', async () => {
    killed = spawnMover(shop.directoryUrl, 'switch-let-go');
    await eventually(async () => (await readMover(shop.directory)) !== undefined);
    const id = await moves.request([7]);
    await moves.follows(id);
    await moves.desk.want(id, 'switch');
    expect(await killed.ended).toBe('SIGKILL');
    startWithoutDestination();
    await moves.desk.want(id, 'abandon');
    await isFinished(id);
    const epochOf = async () =>
      (
        await shop.directory.query<{ shard: string; epoch: string }>(
          'select shard, epoch from slots where slot = 7',
        )
      ).rows[0]!;
    const { shard, epoch } = await epochOf();
    expect(shard).toBe('shard-1');
    await shop.on('shard-1', `select try_fence_slot(7::smallint, $1)`, [epoch]);
    expect(await shop.on('shard-1', 'select name from customers')).toEqual([{ name: 'Ada' }]);
  });

  it('cannot be abandoned while both sides own slots of it', async () => {
    const { id } = await moves.desk.request({ moves: [{ to: 'shard-3', slots: [7, 8] }], chunkSlots: 1 });
    await shop.directory.query(`update move_chunks set owner = 'shard-3' where slots = '{8}'`);
    await expect(moves.desk.want(id, 'abandon')).rejects.toMatchObject({ code: 'move-not-ready' });
  });
});

describe('a request for a move', () => {
  it('that is repeated returns the same move and starts no other', async () => {
    const shop = await openSmallShop();
    const { desk } = new WantedMoves(shop);
    const request = { moves: [{ to: 'shard-3', slots: [7, 8, 3000] }] };
    const { id } = await desk.request(request);
    expect((await desk.request(request)).id).toBe(id);
    await expect(desk.request({ moves: [{ to: 'shard-3', slots: [7] }] })).rejects.toMatchObject({
      code: 'already-moving',
    });
    await expect(desk.request({ moves: [{ to: 'shard-2', slots: [7, 8] }] })).rejects.toMatchObject({
      code: 'already-moving',
    });
    await shop.close();
  });
});
