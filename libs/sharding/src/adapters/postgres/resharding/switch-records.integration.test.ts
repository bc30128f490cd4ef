import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { ChunkStore } from './chunk-store.ts';
import { MoveDesk } from './move-desk.ts';
import { type Sql } from './sql.ts';
import { recordSwitch } from './switch-records.ts';

describe('the record of a switch', () => {
  let shop: SmallShop;
  let directory: Sql;

  beforeEach(async () => {
    shop = await openSmallShop();
    directory = { query: async (text, values) => (await shop.directory.query(text, values)).rows };
  });

  afterEach(() => shop.close());

  it('is refused until the previous switch is finished', async () => {
    const desk = new MoveDesk(shop.directory);
    await desk.request({ moves: [{ to: 'shard-3', slots: [40, 41] }], chunkSlots: 1 });
    await shop.directory.query(
      `update move_chunks set phase = 'following'; update moves set goal = 'switch'`,
    );
    const [first, second] = await new ChunkStore(directory).active();
    const epoch = await recordSwitch({ directory }, first!);
    await expect(recordSwitch({ directory }, second!)).rejects.toMatchObject({
      code: 'switch-unfinished',
      retryable: true,
    });
    expect(await recordSwitch({ directory }, { ...first!, phase: 'switching' })).toBe(epoch);
    await shop.directory.query(`update move_chunks set phase = 'following' where id = $1`, [first!.id]);
    expect(await recordSwitch({ directory }, second!)).toBe(epoch);
  });
});
