import { faultLines } from '../format-faults.ts';
import { type OwnTablesResult } from './run-own-tables.ts';

/** Formats the result of a run for people. */
export function formatOwnTables({
  tables,
  ledger,
  writes,
  queues,
  refusals,
  seconds,
  faults,
}: OwnTablesResult): string {
  const rows = [
    [
      'tables',
      `${tables} of every kind, moved there, back and there permanently; ${writes} rows written meanwhile`,
    ],
    [
      'rows',
      `${ledger.rows}: ${ledger.lost.length} lost, ${ledger.duplicated.length} duplicated, ${ledger.changed.length} changed`,
    ],
    [
      'must not change',
      `${ledger.untouchedChanged.length} changed among the rows of slots that must not change`,
    ],
    ['queue', `transferred in its order in ${queues[0]} of ${queues[1]} slots`],
    [
      'refused',
      `${refusals.filter(({ said }) => said !== undefined).length} of ${refusals.length} tables that cannot move:`,
    ],
    ...refusals.map(({ kind, said }) => ['', `${kind}: ${said ?? 'NOT REFUSED'}`] as const),
  ] as const;
  return [
    `  Tables of a fork (${seconds.toFixed(0)} s)`,
    ...rows.map(([name, value]) => `    ${name.padEnd(18)}${value}`),
    ...faultLines(faults).map((line) => `  ${line}`),
  ].join('\n');
}
