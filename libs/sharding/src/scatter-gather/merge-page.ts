import { comparePositions } from '../cursor/compare-positions.ts';
import { type Position, type SortOrder } from '../cursor/sort-order.ts';
import { mergeSorted } from './merge-sorted.ts';

export interface MergedPage<T> {
  readonly rows: readonly T[];
  /** The position after which the next page starts; undefined if the shards have no more rows. */
  readonly next: Position | undefined;
}

/**
 * Merges the first rows of all shards into one page. Pass from each shard its first `limit + 1` rows after the position of
 * the last page: one shard may fill the whole page, and the extra row shows that a next page exists. Rows of one page may be
 * read at different moments. A row that exists throughout is on exactly one page, because its position does not depend on
 * other rows.
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
