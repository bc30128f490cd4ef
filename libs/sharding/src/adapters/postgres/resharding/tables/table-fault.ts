/** Why a table cannot be moved, for the developer of the table. */
export interface TableFault {
  readonly table: string;
  /** The column, index or trigger with the fault, if there is one. */
  readonly part?: string | undefined;
  readonly problem: string;
  readonly remedy: string;
}

/** A fault of an already known table. */
export type FaultOfTable = Omit<TableFault, 'table'>;

export function faultInWords({ table, part, problem, remedy }: TableFault): string {
  return `table ${table}${part === undefined ? '' : `, ${part}`}: ${problem}; ${remedy}`;
}
