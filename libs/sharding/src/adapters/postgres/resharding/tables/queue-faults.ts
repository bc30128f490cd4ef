import { type TableFacts } from './table-facts.ts';
import { type FaultOfTable } from './table-fault.ts';

/** Returns why a table cannot be a queue. The rows of a queue get new numbers on their new shard. */
export function queueFaults({ name, key, columns }: TableFacts, all: readonly TableFacts[]): FaultOfTable[] {
  const numbered = columns.filter(({ isNumbered }) => isNumbered).map((column) => column.name);
  const faults: FaultOfTable[] = [];
  if (key?.length !== 1 || numbered.length !== 1 || key[0] !== numbered[0]) {
    faults.push({
      part: `column ${[...new Set([...(key ?? []), ...numbered])].join(', ')}`,
      problem:
        'it is declared a queue, so its primary key must be one column that the database numbers, and the only such column',
      remedy: 'create such a key, or do not declare it a queue',
    });
  }
  for (const other of all.filter(({ references }) => references.includes(name))) {
    faults.push({
      problem: `it is a queue, and table ${other.name} refers to its rows, which get new numbers when they move`,
      remedy: 'drop the foreign key',
    });
  }
  return faults;
}
