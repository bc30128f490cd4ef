import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectStored } from '../../../../test/expect-stored.ts';
import { ShopWriter } from '../../../../test/shop-writer.ts';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { idIn, WantedMoves } from '../../../../test/wanted-moves.ts';
import { type MoverStep } from '../../../resharding/mover-steps.ts';

describe('a switch of slots', () => {
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

  /**
   * Adds orders to the slot that the writers do not change. They contain many numbers, so that their text takes long to
   * format.
   */
  const addLargeRows = (slot: number, rows: number) =>
    shop.on(
      'shard-1',
      `with customer as (insert into customers values ($1, 'Ada'))
       insert into orders (id, customer_id, details)
       select $1::bigint + (n << 22), $1, (select jsonb_agg(m * 1.5) from generate_series(1, 300) m)
       from generate_series(1, $2::bigint) n`,
      [idIn(slot), rows],
    );

  async function timeToCompare(slot: number): Promise<number> {
    const began = performance.now();
    const statement = `select sum(hashtextextended(row(orders.*)::text, 0)) from orders where slot_of(id) = $1`;
    await Promise.all(['shard-1', 'shard-3'].map((shard) => shop.on(shard, statement, [slot])));
    return performance.now() - began;
  }

  it('delays writers in proportion to recent changes, not to the size of the slot', async () => {
    await addLargeRows(7, 4_000);
    const writer = new ShopWriter(shop, [7], 1);
    await writer.start();
    await eventually(() => writer.accepted.size > 100);
    mover = startMover(shop);
    const id = await moves.request([7]);
    await moves.follows(id);
    const compareMs = await timeToCompare(7);
    await moves.desk.want(id, 'switch');
    await moves.switched(id);
    await moves.desk.want(id, 'reverse');
    await moves.switched(id, 'shard-1');
    await writer.stop();
    expect(writer.failures).toEqual([]);
    const { pauseMs } = await moves.desk.move(id);
    expect(pauseMs!.max).toBeLessThan(compareMs / 3);
    await shop.on('shard-1', 'delete from orders where customer_id = $1', [idIn(7)]);
    await expectStored(shop, [writer]);
  });

  it('returns the slot to writers if a transaction holds it, and counts the wait as pause', async () => {
    mover = startMover(shop);
    const id = await moves.request([14]);
    await moves.follows(id);
    const writer = await shop.connect('shard-1');
    await writer.query('begin');
    await writer.query('select fence_slot(14::smallint, 1)');
    await moves.desk.want(id, 'switch');
    await moves.waits(id, 'holds one of the slots');
    await shop.on('shard-1', 'select fence_slot(14::smallint, 1)');
    const heldMs = await eventually(async () => {
      const { rows } = await shop.directory.query<{ held_ms: number }>(
        'select held_ms from move_chunks where held_ms > 0',
      );
      return rows[0]?.held_ms;
    });
    await writer.query('commit');
    await moves.switched(id);
    expect((await moves.desk.move(id)).pauseMs!.max).toBeGreaterThan(heldMs!);
    expect((await shop.directory.query('select from move_chunks where held_ms > 0')).rowCount).toBe(0);
  });

  it('retries less and less often while it does not get the lock', async () => {
    const attempts: number[] = [];
    const reached = (step: MoverStep) => {
      if (step === 'switch-recorded') attempts.push(performance.now());
    };
    mover = startMover(shop, { reached });
    const id = await moves.request([15]);
    await moves.follows(id);
    const writer = await shop.connect('shard-1');
    await writer.query('begin');
    await writer.query('select fence_slot(15::smallint, 1)');
    await moves.desk.want(id, 'switch');
    await eventually(() => attempts.length >= 4);
    await writer.query('commit');
    await moves.switched(id);
    const [first, second, third, fourth] = attempts as [number, number, number, number];
    expect(fourth - third).toBeGreaterThan((second - first) * 1.5);
  });

  it('is rolled back and retried if too many rows change before the lock, while writers keep their slot', async () => {
    const writer = await shop.connect('shard-1');
    let committed: Promise<unknown> | undefined;
    const reached = (step: MoverStep) => {
      if (step === 'switch-recorded') committed ??= writer.query('commit');
    };
    mover = startMover(shop, { reached });
    const id = await moves.request([16]);
    await moves.follows(id);
    await writer.query('begin');
    await writer.query('select fence_slot(16::smallint, 1)');
    await writer.query(`insert into seen select 16, 'flood', n from generate_series(1, 3000) n`);
    await moves.desk.want(id, 'switch');
    await moves.waits(id, 'more than 2000 rows changed between');
    await committed;
    await moves.switched(id);
    expect(await shop.on('shard-3', 'select count(*)::int as rows from seen')).toEqual([{ rows: 3_000 }]);
  });

  it('compares rows that changed after the comparison of all rows', async () => {
    const writer = await shop.connect('shard-1');
    // The trigger also fires for the mover's writes. A table that has such a trigger before the move is refused.
    const bendCopies = () =>
      shop.on(
        'shard-3',
        `create function bend() returns trigger language plpgsql as $$ begin new.name = 'bent'; return new; end $$;
         create trigger bend before insert on customers for each row execute function bend();
         alter table customers enable always trigger bend`,
      );
    const reached = (step: MoverStep) => {
      if (step === 'switch-recorded') void bendCopies().then(() => writer.query('commit'));
    };
    mover = startMover(shop, { reached });
    const id = await moves.request([17]);
    await moves.follows(id);
    await writer.query('begin');
    await writer.query('select fence_slot(17::smallint, 1)');
    await writer.query(`insert into customers values ($1, 'late')`, [idIn(17)]);
    await moves.desk.want(id, 'switch');
    await eventually(async () => (await moves.chunk(id)).fault !== null);
    expect(await moves.chunk(id)).toMatchObject({
      owner: 'shard-1',
      phase: 'following',
      fault: 'slot 17, table customers: 1 rows on both sides, with different contents',
    });
  });
});
