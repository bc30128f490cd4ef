import { comparePositions } from '../cursor/compare-positions.ts';
import { type Position, type SortOrder } from '../cursor/sort-order.ts';
import { mergeSorted } from './merge-sorted.ts';

export interface MergedPage<T> {
  readonly rows: readonly T[];
  /** Where the next page begins; undefined when the shards have no more. */
  readonly next: Position | undefined;
}

/**
 * The first rows of all shards together. Each shard gives its own first `limit + 1` after the position of the last page: the
 * page may come from one shard alone, and the one more shows that there is a next. Rows of one page may have been read at
 * different moments; a row that is there all the time is on exactly one page, since its place in the order does not depend
 * on which others there are.
 */
export async function mergePage<T>(
  shards: readonly (readonly T[])[],
  order: SortOrder,
  positionOf: (row: T) => Position,
  limit: number,
): Promise<MergedPage<T>> {
  const compare = comparePositions(order);
  const rows: T[] = [];
  for await (const row of mergeSorted(shards, (one, other) => compare(positionOf(one), positionOf(other)))) {
    const last = rows.at(-1);
    if (rows.length === limit) return { rows, next: last && positionOf(last) };
    rows.push(row);
  }
  return { rows, next: undefined };
}
