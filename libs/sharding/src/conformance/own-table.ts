/**
 * A table that a fork may add, and its test data. Row `n` of a slot is inserted, changed and deleted by statements with the
 * parameters slot, n and version. In the SQL, `given` has the three parameters and `t` is the row.
 */
export interface OwnTable {
  /** The special property of the table. */
  readonly kind: string;
  /** In SQL syntax. */
  readonly name: string;
  readonly ddl: string;
  readonly columns: string;
  readonly values: string;
  /** The assignments for a later version. */
  readonly change: string;
  readonly slot: string;
  readonly n: string;
  readonly isQueue?: true;
}

/** Completes a table that stores slot and n in separate columns. Its key consists of these and of the columns it adds. */
export function withStoredSlot(
  table: Omit<OwnTable, 'slot' | 'n' | 'columns' | 'values'> & { columns?: string; values?: string },
): OwnTable {
  const and = (list?: string) => (list === undefined ? '' : `, ${list}`);
  return {
    ...table,
    columns: `slot, n${and(table.columns)}`,
    values: `given.slot, given.n${and(table.values)}`,
    slot: 't.slot',
    n: 't.n',
  };
}

/** An id in the layout of `IdGenerator`: the slot is in its bits 10 to 21. */
export const ID_SQL = '(given.n::bigint << 22) + (given.slot << 10)';

/** Completes a table whose id contains the slot. */
export function withSlotInId(table: Omit<OwnTable, 'slot' | 'n'> & { readonly id: string }): OwnTable {
  return { ...table, slot: `slot_of(t.${table.id})`, n: `(t.${table.id} >> 22)` };
}

const GIVEN = 'with given as (select $1::int as slot, $2::int as n, $3::int as v)';

/** Each statement returns rows as text. */
export const ownTableSql = {
  put: ({ name, columns, values }: OwnTable) =>
    `${GIVEN} insert into ${name} as t (${columns}) select ${values} from given returning t::text as row`,
  change: (table: OwnTable) =>
    `${GIVEN} update ${table.name} as t set ${table.change} from given where ${isRow(table)} returning t::text as row`,
  remove: (table: OwnTable) =>
    `${GIVEN} delete from ${table.name} as t using given where ${isRow(table)} and given.v is not null returning t::text as row`,
  /** Reads every row of the table, of all slots. */
  read: ({ name, slot, n }: OwnTable) =>
    `select ${slot}::int as slot, ${n}::int as n, t::text as row from ${name} as t`,
};

function isRow({ slot, n }: OwnTable): string {
  return `${slot} = given.slot and ${n} = given.n`;
}
