import {
  type SortType,
  type SortValue,
  type Position,
  type SortColumn,
  type SortOrder,
} from './sort-order.ts';

/** Returns a comparison in the order of the database for these columns. Negative: the first position comes first. */
export function comparePositions(order: SortOrder): (one: Position, other: Position) => number {
  return (one, other) => {
    for (const [index, column] of order.entries()) {
      const compared = compareValues(column, one[index] as SortValue, other[index] as SortValue);
      if (compared !== 0) return compared;
    }
    return 0;
  };
}

function compareValues({ type, direction, nulls }: SortColumn, one: SortValue, other: SortValue): number {
  if (one === null || other === null) {
    if (one === other) return 0;
    return (one === null) === (nulls === 'first') ? -1 : 1;
  }
  const compared = ASCENDING[type](one, other);
  return direction === 'asc' ? compared : -compared;
}

type Compare = (one: Date | string, other: Date | string) => number;

const byNumber: Compare = (one, other) => {
  const difference = BigInt(one as string) - BigInt(other as string);
  return difference < 0n ? -1 : Number(difference > 0n);
};

const ASCENDING: Readonly<Record<SortType, Compare>> = {
  timestamp: (one, other) => (one as Date).getTime() - (other as Date).getTime(),
  bigint: byNumber,
  id: byNumber,
  // `<` would compare UTF-16 units, which puts U+1F4A5 (💥) before U+FF5E (～).
  text: (one, other) => Buffer.compare(Buffer.from(one as string), Buffer.from(other as string)),
};
