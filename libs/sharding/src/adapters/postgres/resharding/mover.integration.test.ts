import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectStored } from '../../../../test/expect-stored.ts';
import { ShopWriter } from '../../../../test/shop-writer.ts';
import { openSmallShop, type SmallShop, TABLE_ROLES } from '../../../../test/small-shop.ts';
import { type MoveStatus } from './move-status.ts';
import { MoveDesk } from './move-desk.ts';
import { Mover } from './mover.ts';

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe('a move of slots that serve writes', () => {
  let shop: SmallShop;
  let desk: MoveDesk;
  let writers: ShopWriter[];
  const stop = { mover: new AbortController(), ended: Promise.resolve() };
  const warnings: object[] = [];

  beforeEach(async () => {
    shop = await openSmallShop();
    desk = new MoveDesk(shop.directory);
    // Half of their writes are in slots that move.
    writers = [1, 2].map((worker) => new ShopWriter(shop, range(24, 87), worker));
    stop.mover = new AbortController();
    const mover = new Mover({
      directoryUrl: shop.directoryUrl,
      shardUrls: new Map(),
      name: { holder: 'test', pid: process.pid },
      tables: TABLE_ROLES,
      pace: { rowsPerSecond: 50_000, dutyCycle: 1 },
      logger: { info: () => undefined, warn: (fields, message) => warnings.push({ ...fields, message }) },
    });
    stop.ended = mover.run(stop.mover.signal);
  });

  afterEach(async () => {
    stop.mover.abort();
    await stop.ended;
    await shop.close();
  });

  const allAre = (id: string, wanted: (chunk: MoveStatus['chunks'][number]) => boolean) =>
    eventually(async () => (await desk.move(id)).chunks.every(wanted));

  it('loses, duplicates and refuses no write: there, back, and there permanently', async () => {
    await Promise.all(writers.map((writer) => writer.start()));
    await eventually(() => writers.every((writer) => writer.accepted.size > 100));
    const { id } = await desk.request({ moves: [{ to: 'shard-3', slots: range(40, 87) }] });
    await allAre(id, ({ phase }) => phase === 'following');
    await desk.wantVerified(id);
    await allAre(id, ({ verified }) => verified === true);
    for (const [goal, owner] of [
      ['switch', 'shard-3'],
      ['reverse', 'shard-1'],
      ['switch', 'shard-3'],
    ] as const) {
      await desk.want(id, goal);
      await allAre(id, (chunk) => chunk.owner === owner);
      const before = writers[0]!.accepted.size;
      await eventually(() => writers[0]!.accepted.size > before + 50);
    }
    await desk.wantVerified(id);
    await allAre(id, ({ verified }) => verified === true);
    await desk.want(id, 'drop');
    const finished = await eventually(async () => {
      const move = await desk.move(id);
      return move.finishedAt === null ? undefined : move;
    });
    await Promise.all(writers.map((writer) => writer.stop()));
    expect(writers.flatMap(({ failures }) => failures)).toEqual([]);
    expect(await expectStored(shop, writers)).toBeGreaterThan(200);
    expect(finished).toMatchObject({ slots: 48, switched: 48 });
    expect(await leftovers()).toEqual({ orders: 0, outbox: 0, captured: 0, notes: 0, triggers: 0 });
  });

  async function leftovers(): Promise<unknown> {
    const [row] = await shop.on(
      'shard-1',
      `select (select count(*)::int from orders where slot_of(id) between 40 and 87) as orders,
         (select count(*)::int from outbox where slot between 40 and 87) as outbox,
         (select count(*)::int from slot_captures) as captured, (select count(*)::int from slot_changes) as notes,
         (select count(*)::int from pg_trigger where tgname like 'capture%') as triggers`,
    );
    return row;
  }
});
