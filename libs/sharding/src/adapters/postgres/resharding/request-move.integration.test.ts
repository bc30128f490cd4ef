import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { insertMove, type MoveRequest, sameMove } from './request-move.ts';
import { type Sql } from './sql.ts';

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('a request to move slots', () => {
  let shop: SmallShop;

  beforeAll(async () => {
    shop = await openSmallShop();
  });

  afterAll(async () => {
    await shop.close();
  });

  /** Runs a request, rolls it back, and returns its statements and chunks. */
  const tryOut = async (request: MoveRequest) => {
    const client = await shop.directory.connect();
    let statements = 0;
    const sql: Sql = {
      query: async (text, values) => {
        statements += 1;
        return (await client.query(text, values)).rows as never;
      },
    };
    try {
      await client.query('begin');
      const id = await insertMove(sql, request);
      const insertedWith = statements;
      const found = await sameMove(sql, request.moves);
      const chunks = await client.query<{ source: string; destination: string; slots: number[] }>(
        'select source, destination, slots from move_chunks where move = $1 order by id',
        [id],
      );
      return { insertedWith, isFoundAgain: found === id, chunks: chunks.rows };
    } finally {
      await client.query('rollback');
      client.release();
    }
  };

  it('uses the same number of statements for two and for two thousand slots', async () => {
    const few = await tryOut({ moves: [{ to: 'shard-3', slots: [1, 2] }] });
    const many = await tryOut({ moves: [{ to: 'shard-3', slots: range(0, 1_999) }] });
    expect(many.chunks).toHaveLength(250);
    expect(many.insertedWith).toBe(few.insertedWith);
  });

  it('plans chunks with one source and one destination, each slot once, in ascending order', async () => {
    const { chunks, isFoundAgain } = await tryOut({
      moves: [
        { to: 'shard-3', slots: [9, 8, 7, 7, 3_000, 3_001] },
        { to: 'shard-2', slots: [5] },
      ],
      chunkSlots: 2,
    });
    expect(chunks).toEqual([
      { source: 'shard-1', destination: 'shard-3', slots: [7, 8] },
      { source: 'shard-1', destination: 'shard-3', slots: [9] },
      { source: 'shard-2', destination: 'shard-3', slots: [3_000, 3_001] },
      { source: 'shard-1', destination: 'shard-2', slots: [5] },
    ]);
    expect(isFoundAgain).toBe(true);
  });

  it.each<[string, MoveRequest['moves'], string]>([
    ['an unknown shard', [{ to: 'shard-9', slots: [1] }], 'there is no shard shard-9'],
    [
      'slots that the destination already owns',
      [{ to: 'shard-1', slots: [1, 3_000] }],
      'shard-1 owns slots 1 already',
    ],
    [
      'a slot with two destinations',
      [
        { to: 'shard-3', slots: [1, 2] },
        { to: 'shard-2', slots: [2] },
      ],
      'a slot is in this request twice',
    ],
    ['a number that is not a slot', [{ to: 'shard-3', slots: [4_096] }], 'there is no slot 4096'],
    ['a number beyond smallint', [{ to: 'shard-3', slots: [70_000] }], 'there is no slot 70000'],
    ['no slots', [{ to: 'shard-3', slots: [] }], 'at least one slot'],
    ['an empty request', [], 'at least one slot'],
  ])('refuses %s', async (_, moves, reason) => {
    await expect(tryOut({ moves })).rejects.toThrow(reason);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses chunks of %d slots', async (chunkSlots) => {
    const moves = [{ to: 'shard-3', slots: [1] }];
    await expect(tryOut({ moves, chunkSlots })).rejects.toThrow('chunkSlots: expected a whole number');
  });
});
