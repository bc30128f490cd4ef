import { type Lab, type LabResult } from '../lab.ts';
import { type Verdict } from '../verdict.ts';

/** Returns the table of a lab and what it shows, for the terminal. */
export function formatResult(lab: Lab, { measures }: LabResult, { holds, faults }: Verdict): string {
  const rows = [
    ['', 'naive', 'ours', 'ours must be'],
    ...measures.map(({ what, naive, ours }) => [what, naive.shown, ours.shown, ours.expected.text]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map(
    ([what = '', ...values]) =>
      `  ${[what.padEnd(widths[0] ?? 0), ...values.map((value, column) => value.padStart(widths[column + 1] ?? 0))].join('   ')}\n`,
  );
  const end = holds
    ? `  The naive version fails, ours holds. The pattern: ${lab.page}\n`
    : faults.map((fault) => `  ✗ ${fault}\n`).join('');
  return `\n${table.join('')}\n${end}`;
}
