import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { MoveDesk } from './move-desk.ts';

describe('a request to a move', () => {
  let shop: SmallShop;
  let desk: MoveDesk;
  let mover: StartedMover | undefined;
  let writer: Client | undefined;

  beforeEach(async () => {
    shop = await openSmallShop();
    desk = new MoveDesk(shop.directory);
  });

  afterEach(async () => {
    await writer?.end();
    await mover?.stop();
    [writer, mover] = [undefined, undefined];
    await shop.close();
  });

  const copied = async (slots: readonly number[]): Promise<string> => {
    const { id } = await desk.request({ moves: [{ to: 'shard-3', slots }], chunkSlots: 1 });
    await eventually(async () => (await desk.move(id)).chunks.every(({ phase }) => phase === 'following'));
    return id;
  };
  const finished = (id: string) =>
    eventually(async () => {
      const move = await desk.move(id);
      return move.finishedAt === null ? undefined : move;
    });

  /** Locks the orders of the shard until the client ends, so that the mover stops right before its first switch. */
  const holdMoverBeforeSwitch = async (id: string): Promise<Client> => {
    const client = new Client({ connectionString: shop.shardUrls.get('shard-1')! });
    await client.connect();
    await client.query('begin; lock table orders in access exclusive mode');
    await desk.want(id, 'switch');
    const waits = `select from pg_locks where relation = 'orders'::regclass and not granted`;
    await eventually(async () => (await client.query(waits)).rows.length > 0);
    return client;
  };

  it('to drop it takes effect while the mover is about to switch', async () => {
    mover = startMover(shop);
    const id = await copied([40, 41]);
    writer = await holdMoverBeforeSwitch(id);
    await desk.want(id, 'drop');
    await writer.query('rollback');
    expect(await finished(id)).toMatchObject({ switched: 0, slots: 2 });
    expect(await shop.on('shard-1', 'select slot from slot_ownership where slot in (40, 41)')).toHaveLength(
      2,
    );
    expect(mover.warnings.filter((text) => text.includes('failed and restarts'))).toEqual([]);
  });

  it('to drop it takes effect if it commits while the mover is recording the switch', async () => {
    mover = startMover(shop);
    const id = await copied([42, 43]);
    writer = await holdMoverBeforeSwitch(id);
    const wishing = await shop.directory.connect();
    await wishing.query('begin');
    await wishing.query('select from moves where id = $1 for update', [id]);
    await wishing.query(`update moves set goal = 'drop' where id = $1`, [id]);
    await writer.query('rollback');
    await eventually(async () => {
      const waits = `select from pg_stat_activity where application_name = 'shard-mover' and wait_event_type = 'Lock'
        and datname = current_database()`;
      return (await shop.directory.query(waits)).rowCount === 1;
    });
    await wishing.query('commit');
    wishing.release();
    expect(await finished(id)).toMatchObject({ switched: 0, slots: 2 });
  });
});
