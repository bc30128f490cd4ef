import { type SortValue, type Position, type SortColumn, type SortOrder } from '../../cursor/sort-order.ts';

/** Returns the `order by` of a sort order. It always states the direction and the place of NULLs. */
export function orderBySql(order: SortOrder): string {
  return order
    .map((column) => `${nameOf(column)} ${column.direction}${column.nulls ? ` nulls ${column.nulls}` : ''}`)
    .join(', ');
}

export interface KeysetRanges {
  /** Disjoint conditions in sort order: all rows of the first come before all rows of the second. */
  readonly conditions: readonly string[];
  /** The values of the parameters in the conditions. */
  readonly values: readonly (Date | string)[];
}

/**
 * Returns the rows after a position as ranges. Each range is one scan of an index in the same order, and starts at its first
 * row. A single condition made of `or` would select the same rows, but it is not a range: the scan would start at the
 * beginning of the index and discard all rows of earlier pages.
 *
 *     order by a, b, c after (1, 2, 3)                one range:  (a, b, c) > (1, 2, 3)
 *     order by a desc, id asc after (1, 2)            two:        a = 1 and id > 2 · a < 1
 *     order by a nulls last, id after (1, 2)          two:        (a, id) > (1, 2) · a is null
 *     order by a nulls first, id after (null, 2)      two:        a is null and id > 2 · a is not null
 *
 * A row comparison is one range of an index. It applies only if all its columns ascend, or all descend, and only its first
 * column may be NULL. The first unequal pair decides the comparison. A NULL before that makes the result NULL, which drops
 * the row. Rows with a NULL in the first column may be dropped, because they are in a separate range.
 *
 * @param firstParameter the number of the first free parameter
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

/** @param equal conditions of rows that equal the position in the earlier columns */
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

/** Sorts text by its bytes, the only order that every database and this process share. */
function nameOf({ name, type }: SortColumn): string {
  return type === 'text' ? `${name} collate "C"` : name;
}
