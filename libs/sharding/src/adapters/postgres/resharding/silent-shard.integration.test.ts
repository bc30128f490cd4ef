import { startPartitionableProxy, type PartitionableProxy, eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { idIn, WantedMoves } from '../../../../test/wanted-moves.ts';

describe('a mover whose connection to a shard goes silent', () => {
  let shop: SmallShop;
  let moves: WantedMoves;
  let network: PartitionableProxy;
  let mover: StartedMover;
  let id: string;

  beforeEach(async () => {
    shop = await openSmallShop();
    moves = new WantedMoves(shop);
    network = await startPartitionableProxy(shop.shardUrls.get('shard-1')!);
    mover = startMover(shop, { shardUrls: new Map([['shard-1', network.url]]) });
    id = await moves.request([7]);
    await moves.follows(id);
  });

  afterEach(async () => {
    network.heal();
    await mover.stop();
    await network.stop();
    await shop.close();
  });

  const isCopied = (name: string) =>
    eventually(
      async () => (await shop.on('shard-3', 'select from customers where name = $1', [name])).length === 1,
    );

  it('drops the connection and continues to follow over a new one', async () => {
    network.strand();
    await shop.on('shard-1', `insert into customers values ($1, 'Ada')`, [idIn(7)]);
    await isCopied('Ada');
  });

  it('continues with moves between other shards, and with this one after the network recovers', async () => {
    network.partition();
    await moves.waits(id, 'shard-1 cannot be reached');
    const other = await moves.request([3000]);
    await moves.follows(other);
    await moves.desk.want(other, 'switch');
    await moves.switched(other);
    network.heal();
    await shop.on('shard-1', `insert into customers values ($1, 'Ada')`, [idIn(7)]);
    await isCopied('Ada');
    expect((await moves.chunk(id)).fault).toBeNull();
  });
});
