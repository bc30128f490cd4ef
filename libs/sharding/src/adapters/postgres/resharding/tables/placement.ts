import { quoted } from '../sql.ts';
import { type IndexFacts, type TableFacts } from './table-facts.ts';

/** How the slot of a row is determined. */
export interface Placement {
  /** As SQL: `slot` or `slot_of("column")`. */
  readonly slot: string;
  readonly column: string;
}

const STORED = 'slot';

/**
 * Returns what the indexes of a table start with: `slot`, or `slot_of(column)`. A movable table has exactly one placement.
 */
export function placementsOf({ columns, indexes }: TableFacts): Placement[] {
  const found = indexes.flatMap(({ columns: [column], expressions: [expression] }) => {
    if (column === STORED) return [{ slot: STORED, column }];
    const carrier = columns.find(({ name }) => isSlotOf(expression ?? '', name));
    return carrier === undefined ? [] : [{ slot: `slot_of(${quoted(carrier.name)})`, column: carrier.name }];
  });
  return [...new Map(found.map((placement) => [placement.slot, placement])).values()];
}

/** Returns whether each value of the index belongs to one slot, so that rows of two slots never have the same value. */
export function holdsSlot({ columns, expressions }: IndexFacts, { column }: Placement): boolean {
  return columns.includes(column) || expressions.some((expression) => isSlotOf(expression, column));
}

/** Returns whether rows can be read from this index in the order of slot and key. */
export function isCopyOrder(index: IndexFacts, key: readonly string[], placement: Placement): boolean {
  const [first] = index.columns;
  const begins =
    placement.slot === STORED ? first === STORED : isSlotOf(index.expressions[0] ?? '', placement.column);
  const rest = placement.slot === STORED ? key.filter((name) => name !== STORED) : key;
  return index.isOrder && begins && rest.every((name, at) => index.columns[at + 1] === name);
}

/** Postgres quotes a name only if necessary, and names the schema of a function only if it is not on the search path. */
function isSlotOf(expression: string, column: string): boolean {
  const call = /^(?:.+\.)?slot_of\((.+)\)$/.exec(expression)?.[1];
  return call === column || call === quoted(column);
}
