/** Why a table cannot be moved, for the developer who made it. */
export interface TableFault {
  readonly table: string;
  /** The column, index or trigger that is at fault, where there is one. */
  readonly part?: string | undefined;
  readonly problem: string;
  readonly remedy: string;
}

/** A fault of a table that is known already. */
export type FaultOfTable = Omit<TableFault, 'table'>;

export function faultInWords({ table, part, problem, remedy }: TableFault): string {
  return `table ${table}${part === undefined ? '' : `, ${part}`}: ${problem}; ${remedy}`;
}
