import { type Mutant } from './mutant.ts';
import { GOAL, type Verdict } from './verdict.ts';

const COLUMNS = [16, 9, 8, 10, 10, 12, 9];
const HEADER = ['library', 'mutants', 'killed', 'survived', 'timeouts', 'equivalent', 'score'];

/** Formats the table of all libraries. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => {
    const { library, mutants, killed, survivors, timeouts, equivalents, score } = verdict;
    const counts = [mutants, killed, survivors.length, timeouts, equivalents.length];
    return [library, ...counts.map(String), `${score.toFixed(1)} %`, complaintAbout(verdict)];
  });
  return [HEADER, ...rows].map(rowOf).join('');
}

function complaintAbout({ score, stale }: Verdict): string {
  if (score < GOAL) return `  below the goal of ${GOAL} %`;
  return stale.length > 0 ? '  stale entries' : '';
}

function rowOf([first = '', ...others]: readonly string[]): string {
  const cells = others.map((cell, index) => cell.padStart(COLUMNS[index + 1] ?? 0));
  return `${first.padEnd(COLUMNS[0] as number)}${cells.join('')}`.trimEnd() + '\n';
}

/** Lists the remaining work for a library, and the reason for each excluded mutant. */
export function detailsOf({ library, survivors, equivalents, stale }: Verdict): string {
  return [
    ...survivors.map((mutant) => `survived    ${changeOf(mutant)}\n`),
    ...equivalents.map((mutant) => `equivalent  ${changeOf(mutant)}\n            ${mutant.reason}\n`),
    ...stale.map(
      ({ file, was, is }) =>
        `stale       ${file}  ${was} → ${is}\n            no survivor matches: remove it from equivalent/${library}.json\n`,
    ),
  ].join('');
}

function changeOf({ file, lineNumber, was, is }: Mutant): string {
  return `${file}:${lineNumber}  ${was} → ${is}`;
}
