import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KillableMover } from '../../../../test/killable-mover.ts';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { idIn, WantedMoves } from '../../../../test/wanted-moves.ts';
import { type MoverStep } from '../../../resharding/mover-steps.ts';

describe('a switch whose mover was killed', () => {
  let shop: SmallShop;
  let moves: WantedMoves;
  let next: StartedMover | undefined;

  beforeEach(async () => {
    shop = await openSmallShop();
    moves = new WantedMoves(shop);
    await shop.on('shard-1', `insert into customers values ($1, 'Ada')`, [idIn(7)]);
  });

  afterEach(async () => {
    await next?.stop();
    next = undefined;
    await shop.close();
  });

  async function killedAt(step: MoverStep): Promise<string> {
    const mover = new KillableMover(shop.directoryUrl, step, { isLast: true });
    const id = await moves.request([7]);
    await moves.follows(id);
    await moves.desk.want(id, 'switch');
    await eventually(() => mover.wasKilled);
    return id;
  }

  it('is finished even if the tables of both sides now differ', async () => {
    const id = await killedAt('switch-let-go');
    await shop.on('shard-1', 'alter table orders add column gift boolean');
    next = startMover(shop);
    await moves.switched(id);
    await shop.on('shard-3', 'select fence_slot(7::smallint, 2)');
    expect(await shop.on('shard-3', 'select name from customers')).toEqual([{ name: 'Ada' }]);
    await moves.waits(id, 'table orders is not the same');
  });

  it('is finished without the old owner if the new owner has the slots', async () => {
    const id = await killedAt('switch-taken');
    const away = new Map([['shard-1', 'postgres://nobody:x@127.0.0.1:1/nothing']]);
    next = startMover(shop, { shardUrls: away });
    await moves.switched(id);
    const { rows } = await shop.directory.query('select shard, epoch::int from slots where slot = 7');
    expect(rows).toEqual([{ shard: 'shard-3', epoch: 2 }]);
  });

  it('waits for the old owner if only it can tell whether it has let go', async () => {
    const id = await killedAt('switch-let-go');
    const away = new Map([['shard-1', 'postgres://nobody:x@127.0.0.1:1/nothing']]);
    next = startMover(shop, { shardUrls: away });
    await moves.waits(id, 'shard-1 cannot be reached');
    expect(await moves.chunk(id)).toMatchObject({ owner: 'shard-1', phase: 'switching' });
    await next.stop();
    next = startMover(shop);
    await moves.switched(id);
  });

  it('starts again if the old owner has not let go', async () => {
    const id = await killedAt('switch-verified');
    await shop.on('shard-1', 'select fence_slot(7::smallint, 1)');
    await shop.on('shard-1', `update customers set name = 'Grace'`);
    next = startMover(shop);
    await moves.switched(id);
    expect(await shop.on('shard-3', 'select name from customers')).toEqual([{ name: 'Grace' }]);
  });
});
