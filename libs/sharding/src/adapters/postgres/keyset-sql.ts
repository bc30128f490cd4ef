import { type SortValue, type Position, type SortColumn, type SortOrder } from '../../cursor/sort-order.ts';

/** The `order by` of a sort order; the direction and the place of NULLs are always written out. */
export function orderBySql(order: SortOrder): string {
  return order
    .map((column) => `${nameOf(column)} ${column.direction}${column.nulls ? ` nulls ${column.nulls}` : ''}`)
    .join(', ');
}

export interface KeysetRanges {
  /** Disjoint conditions, in the order of their rows: whatever the first holds comes before whatever the second holds. */
  readonly conditions: readonly string[];
  /** The values of the parameters that the conditions name. */
  readonly values: readonly (Date | string)[];
}

/**
 * The rows that come after a position, as ranges that one scan each of an index in the same order finds at their beginning.
 * One condition made of `or` says the same, but is no range: the scan would begin at the start of the index and throw away
 * every row of the pages before.
 *
 *     order by a, b, c after (1, 2, 3)                one range:  (a, b, c) > (1, 2, 3)
 *     order by a desc, id asc after (1, 2)            two:        a = 1 and id > 2 · a < 1
 *     order by a nulls last, id after (1, 2)          two:        (a, id) > (1, 2) · a is null
 *     order by a nulls first, id after (null, 2)      two:        a is null and id > 2 · a is not null
 *
 * A row comparison is one range of an index, and right only where all its columns ascend, or all descend, and none but its
 * first may be NULL: it is decided by the first pair that is not equal, and a NULL reached before that makes it NULL, which
 * loses the row. NULLs of the first column only are lost in the right way, since they stand in a range of their own.
 *
 * @param firstParameter the number of the first parameter that is free
 */
export function keysetRanges(order: SortOrder, position: Position, firstParameter: number): KeysetRanges {
  const values: (Date | string)[] = [];
  const terms = order.map((column, index): Term => {
    const value = position[index] as SortValue;
    if (value === null) return { column, parameter: undefined };
    values.push(value);
    return { column, parameter: `$${firstParameter + values.length - 1}::${SQL_TYPES[column.type]}` };
  });
  return { conditions: rangesAfter(terms, []), values };
}

interface Term {
  readonly column: SortColumn;
  /** Undefined for a NULL. */
  readonly parameter: string | undefined;
}

const SQL_TYPES = { timestamp: 'timestamptz', bigint: 'bigint', id: 'bigint', text: 'text' } as const;

/** @param equal the conditions that rows meet which are equal to the position in the columns before */
function rangesAfter(terms: readonly Term[], equal: readonly string[]): string[] {
  const [first, ...rest] = terms;
  if (first === undefined) return [];
  const name = nameOf(first.column);
  const range = (condition: string) => [...equal, condition].join(' and ');
  if (first.parameter === undefined) {
    const ties = rangesAfter(rest, [...equal, `${name} is null`]);
    return first.column.nulls === 'first' ? [...ties, range(`${name} is not null`)] : ties;
  }
  const later = isOneRow(terms)
    ? [range(after(first.column, list(terms.map(({ column }) => nameOf(column))), list(parametersOf(terms))))]
    : [
        ...rangesAfter(rest, [...equal, `${name} = ${first.parameter}`]),
        range(after(first.column, name, first.parameter)),
      ];
  return first.column.nulls === 'last' ? [...later, range(`${name} is null`)] : later;
}

function isOneRow([first, ...rest]: readonly Term[]): boolean {
  return rest.every(
    ({ column }) => column.direction === first?.column.direction && column.nulls === undefined,
  );
}

function after({ direction }: SortColumn, columns: string, values: string): string {
  return `${columns} ${direction === 'asc' ? '>' : '<'} ${values}`;
}

const parametersOf = (terms: readonly Term[]) => terms.map(({ parameter }) => parameter as string);
const list = (items: readonly string[]) => (items.length === 1 ? `${items[0]}` : `(${items.join(', ')})`);

/** Text in the order of its bytes, the only one that every database and this process share. */
function nameOf({ name, type }: SortColumn): string {
  return type === 'text' ? `${name} collate "C"` : name;
}
