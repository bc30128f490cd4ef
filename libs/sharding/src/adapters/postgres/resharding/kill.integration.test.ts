import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectStored } from '../../../../test/expect-stored.ts';
import { KillableMover } from '../../../../test/killable-mover.ts';
import { ShopWriter } from '../../../../test/shop-writer.ts';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { MOVER_STEPS, type MoverStep } from '../../../resharding/mover-steps.ts';
import { MoveDesk } from './move-desk.ts';
import { type ChunkStatus } from './move-status.ts';

const SLOTS = Array.from({ length: 24 }, (_, n) => 40 + n);

describe('a mover that is killed and restarted', () => {
  let shop: SmallShop;
  let desk: MoveDesk;
  let writers: ShopWriter[];
  let mover: KillableMover | undefined;

  beforeEach(async () => {
    shop = await openSmallShop();
    desk = new MoveDesk(shop.directory);
    writers = [1, 2].map((worker) => new ShopWriter(shop, SLOTS, worker, { concurrency: 2, pauseMs: 3 }));
  });

  afterEach(async () => {
    await mover?.stop();
    await shop.close();
  });

  const allAre = (id: string, wanted: (chunk: ChunkStatus) => boolean) =>
    eventually(async () => (await desk.move(id)).chunks.every(wanted));

  it.each(MOVER_STEPS.map((step) => [step]))(
    'at %s loses, duplicates and refuses no write, there and back',
    async (step: MoverStep) => {
      await Promise.all(writers.map((writer) => writer.start()));
      await eventually(() => writers.every(({ accepted }) => accepted.size > 30));
      mover = new KillableMover(shop.directoryUrl, step);
      const { id } = await desk.request({ moves: [{ to: 'shard-3', slots: SLOTS }], chunkSlots: 12 });
      await allAre(id, ({ phase }) => phase === 'following');
      await desk.want(id, 'switch');
      await allAre(id, ({ owner, phase }) => owner === 'shard-3' && phase === 'following');
      await desk.want(id, 'reverse');
      await allAre(id, ({ owner, phase }) => owner === 'shard-1' && phase === 'following');
      await desk.wantVerified(id);
      await allAre(id, ({ verified }) => verified === true);
      await desk.want(id, 'drop');
      await eventually(async () => (await desk.move(id)).finishedAt !== null);
      await Promise.all(writers.map((writer) => writer.stop()));
      expect(mover.wasKilled).toBe(true);
      expect(writers.flatMap(({ failures }) => failures)).toEqual([]);
      await expectStored(shop, writers);
      expect(await shop.on('shard-3', 'select id from customers')).toEqual([]);
    },
  );
});
