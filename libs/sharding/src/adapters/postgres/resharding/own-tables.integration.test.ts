import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSmallShop, type SmallShop, TABLE_ROLES } from '../../../../test/small-shop.ts';
import { startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { WantedMoves } from '../../../../test/wanted-moves.ts';
import { type MoverStep } from '../../../resharding/mover-steps.ts';
import { MOVABLE_TABLES, ownTableSql, QUEUE } from '../../../conformance/index.ts';
import { nextBatch } from './copy.ts';
import { sqlOf as queryOf } from './sql.ts';
import { readShardedTables } from './tables/examine-tables.ts';

/** Slots of shard-1: one that moves, one that stays. A slot of shard-2, the destination: it must not change. */
const [MOVING, STAYING, LIVE] = [7, 8, 3000];
const ROLES = { ...TABLE_ROLES, queues: [...TABLE_ROLES.queues, QUEUE.name] };

describe('tables that a fork adds', () => {
  let shop: SmallShop;
  let moves: WantedMoves;
  let mover: StartedMover;

  beforeEach(async () => {
    shop = await openSmallShop();
    moves = new WantedMoves(shop);
    for (const shard of ['shard-1', 'shard-2']) {
      for (const { ddl } of [...MOVABLE_TABLES, QUEUE]) await shop.on(shard, ddl);
    }
    mover = startMover(shop, { tables: ROLES });
  });

  afterEach(async () => {
    await mover.stop();
    await shop.close();
  });

  const putAll = async (shard: string, slot: number, rows = 4) => {
    for (const table of MOVABLE_TABLES) {
      for (let n = 1; n <= rows; n++) await shop.on(shard, ownTableSql.put(table), [slot, n, n]);
    }
  };
  const changeAll = async (shard: string, slot: number, version: number) => {
    for (const table of MOVABLE_TABLES) {
      await shop.on(shard, ownTableSql.change(table), [slot, 2, version]);
      await shop.on(shard, ownTableSql.remove(table), [slot, 3, version]);
      await shop.on(shard, ownTableSql.put(table), [slot, 3, version]);
    }
  };
  const rowsOf = async (shard: string, slot: number) => {
    const found: Record<string, unknown[]> = {};
    for (const table of MOVABLE_TABLES) {
      const rows = await shop.on<{ slot: number; n: number }>(shard, ownTableSql.read(table));
      found[table.kind] = rows.filter((row) => row.slot === slot).sort((one, other) => one.n - other.n);
    }
    return found;
  };

  it('keep every value when they move there and back, and leave rows of other slots unchanged', async () => {
    for (const slot of [MOVING, STAYING]) await putAll('shard-1', slot);
    await putAll('shard-2', LIVE, 12);
    const untouched = { staying: await rowsOf('shard-1', STAYING), live: await rowsOf('shard-2', LIVE) };
    const id = await moves.request([MOVING], 'shard-2');
    await moves.follows(id);
    await changeAll('shard-1', MOVING, 5);
    await moves.desk.wantVerified(id);
    await moves.allAre(id, ({ verified }) => verified !== null);
    expect(await moves.chunk(id)).toMatchObject({ verified: true, fault: null });
    const left = await rowsOf('shard-1', MOVING);
    await moves.desk.want(id, 'switch');
    await moves.switched(id, 'shard-2');
    expect(await rowsOf('shard-2', MOVING)).toEqual(left);
    await changeAll('shard-2', MOVING, 6);
    const returning = await rowsOf('shard-2', MOVING);
    await moves.desk.want(id, 'reverse');
    await moves.switched(id, 'shard-1');
    expect(await rowsOf('shard-1', MOVING)).toEqual(returning);
    await moves.desk.want(id, 'drop');
    await eventually(async () => (await moves.desk.move(id)).finishedAt !== null);
    expect({ staying: await rowsOf('shard-1', STAYING), live: await rowsOf('shard-2', LIVE) }).toEqual(
      untouched,
    );
    expect(Object.values(await rowsOf('shard-2', MOVING)).flat()).toEqual([]);
  });

  it('are followed through a truncate, and queues in any schema are handed over', async () => {
    await putAll('shard-1', MOVING);
    await shop.on(
      'shard-1',
      `insert into crm.events (slot, body) select ${MOVING}, format('{"n":  %s}', n)::json from generate_series(1, 3) n`,
    );
    await shop.on(
      'shard-2',
      `insert into crm.events (slot, body) select ${LIVE}, '{}' from generate_series(1, 9)`,
    );
    const id = await moves.request([MOVING], 'shard-2');
    await moves.follows(id);
    await shop.on('shard-1', 'truncate carts, items');
    await moves.desk.want(id, 'switch');
    await moves.switched(id, 'shard-2');
    expect((await rowsOf('shard-2', MOVING))['composite key']).toEqual([]);
    expect(
      await shop.on(
        'shard-2',
        `select position::int, body::text from crm.events where slot = ${MOVING} order by position`,
      ),
    ).toEqual([
      { position: 10, body: '{"n":  1}' },
      { position: 11, body: '{"n":  2}' },
      { position: 12, body: '{"n":  3}' },
    ]);
  });

  it('are copied in batches that fit into memory for rows of any size', async () => {
    await shop.on(
      'shard-1',
      `insert into carts select ${MOVING}, n, repeat('x', 1000) from generate_series(1, 5) n`,
    );
    const sql = queryOf(await shop.connect('shard-1'));
    const table = (await readShardedTables(sql, ROLES)).find(({ name }) => name === 'carts')!;
    const counts: number[] = [];
    let after: string | null = null;
    for (let isLast = false; !isLast;) {
      const batch = await nextBatch(sql, table, { slots: [MOVING] }, after, { rows: 4, bytes: 2_000 });
      counts.push(batch.count);
      ({ after, isLast } = batch);
    }
    expect(counts).toEqual([2, 2, 1]);
    const single = await nextBatch(sql, table, { slots: [MOVING] }, null, { rows: 4, bytes: 1 });
    expect(single.count).toBe(1);
  });

  it('allow a unique value to pass to another row while rows are copied', async () => {
    await mover.stop();
    let swapped: Promise<unknown> | undefined;
    const reached = (step: MoverStep) => {
      if (step !== 'batch-copied' || swapped !== undefined) return;
      swapped = shop.on(
        'shard-1',
        `update seats set place = 'none' where n = 1; update seats set place = 'place 1' where n = 600`,
      );
    };
    await shop.on(
      'shard-1',
      `insert into seats select ${MOVING}, n, 'place ' || n from generate_series(1, 600) n`,
    );
    mover = startMover(shop, { tables: ROLES, reached });
    const id = await moves.request([MOVING], 'shard-2');
    await moves.follows(id);
    await swapped;
    await moves.desk.want(id, 'switch');
    await moves.switched(id, 'shard-2');
    expect(await shop.on('shard-2', `select n, place from seats where n in (1, 600) order by n`)).toEqual([
      { n: 1, place: 'none' },
      { n: 600, place: 'place 1' },
    ]);
    expect(mover.warnings.filter((text) => text.includes('unique'))).toEqual([]);
  });

  it('allow two rows to swap unique values while they are followed', async () => {
    await shop.on(
      'shard-1',
      `insert into seats select ${MOVING}, n, 'place ' || n from generate_series(1, 3) n`,
    );
    const id = await moves.request([MOVING], 'shard-2');
    await moves.follows(id);
    await shop.on(
      'shard-1',
      `begin; update seats set place = 'free' where n = 1; update seats set place = 'place 1' where n = 2;
       update seats set place = 'place 2' where n = 1; commit`,
    );
    await moves.desk.want(id, 'switch');
    await moves.switched(id, 'shard-2');
    expect(await shop.on('shard-2', 'select n, place from seats order by n')).toEqual([
      { n: 1, place: 'place 2' },
      { n: 2, place: 'place 1' },
      { n: 3, place: 'place 3' },
    ]);
    expect(mover.warnings.filter((text) => text.includes('unique'))).toEqual([]);
  });

  it('are not switched if a row has another key on the replica', async () => {
    await putAll('shard-1', MOVING);
    const id = await moves.request([MOVING], 'shard-2');
    await moves.follows(id);
    await shop.onCopy(
      'shard-2',
      `update reviews set id = id + (1::bigint << 40) where slot_of(id) = ${MOVING} and (id >> 22) = 1`,
    );
    await moves.desk.want(id, 'switch');
    await eventually(async () => (await moves.chunk(id)).fault !== null);
    expect(await moves.chunk(id)).toMatchObject({
      owner: 'shard-1',
      fault: 'slot 7, table reviews: 4 rows on both sides, with different keys',
    });
  });

  it('are not copied if the replica computes another slot for a row', async () => {
    await shop.on('shard-1', `insert into reviews values ((1 << 22) + (${MOVING} << 10), 'one')`);
    await shop.on(
      'shard-2',
      `create or replace function slot_of(id bigint) returns smallint language sql immutable parallel safe as 'select ${LIVE}::smallint'`,
    );
    const id = await moves.request([MOVING], 'shard-2');
    await eventually(async () =>
      (await moves.chunk(id)).fault?.includes(`table reviews would be in slot ${LIVE}`),
    );
    expect(await shop.on('shard-2', 'select from reviews')).toEqual([]);
  });
});
