import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Position, type SortOrder } from '../cursor/sort-order.ts';
import { comparePositions } from '../cursor/compare-positions.ts';
import { mergePage } from './merge-page.ts';

const ORDER: SortOrder = [{ name: 'id', type: 'id', direction: 'desc' }];
const positionOf = (id: string): Position => [id];
const before = comparePositions(ORDER);

/** What a shard gives: its first rows behind the position, one more than the page has room for. */
function readShard(ids: readonly string[], after: Position | undefined, limit: number): string[] {
  return ids
    .filter((id) => after === undefined || before(after, positionOf(id)) < 0)
    .toSorted((one, other) => before(positionOf(one), positionOf(other)))
    .slice(0, limit + 1);
}

describe('a merged page', () => {
  it('follows the page before it, so that all pages together are all rows in order', async () => {
    const shards = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(shards, fc.integer({ min: 1, max: 7 }), async (drawn, limit) => {
        // An id is of one shard only.
        const ids = drawn.map((shard, index) => shard.map((id) => String(id * 10 + index)));
        const pages: (readonly string[])[] = [];
        let next: Position | undefined;
        do {
          const page = await mergePage(
            ids.map((shard) => readShard(shard, next, limit)),
            ORDER,
            positionOf,
            limit,
          );
          pages.push(page.rows);
          next = page.next;
        } while (next !== undefined);
        expect(pages.flat()).toEqual(readShard(ids.flat(), undefined, Infinity));
        expect(pages.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
        expect(pages.at(-1)?.length ?? 0).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('that holds the last row has no next one', async () => {
    expect(await mergePage([['4', '2'], ['3']], ORDER, positionOf, 3)).toEqual({
      ...{ rows: ['4', '3', '2'], next: undefined },
    });
  });

  it('is followed by one that begins behind its last row', async () => {
    expect(await mergePage([['4', '2'], ['3']], ORDER, positionOf, 2)).toEqual({
      ...{ rows: ['4', '3'], next: ['3'] },
    });
  });
});
