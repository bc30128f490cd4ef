import { type Duel } from './benchmark.ts';
import { markdownTable } from './pages/markdown-table.ts';
import { type ContestResult } from './race/run-contest.ts';
import { type Ratio } from './ratio.ts';
import { type Goal, type SuiteReport } from './suite.ts';

const COLUMNS = [14, 22, 8, 44];

export const HEADER = line('benchmark', 'ratio (95 % interval)', 'goal', 'a second: ours / peer');

/** Returns one line of the table. A result with a fault shows no figures. */
export function rowOf(
  name: string,
  duel: Duel,
  { ratio, oursPerSecond, peerPerSecond, fault }: ContestResult,
): string {
  if (fault !== undefined) return line(name, 'void', '', fault);
  const goal = { what: name, measured: ratio, atLeast: duel.goal };
  const throughput = `${oursPerSecond.toFixed(0)} / ${peerPerSecond.toFixed(0)}`;
  const sides = `\n  ours: ${duel.ours}\n  peer: ${duel.peer}`;
  return (
    line(name, intervalOf(ratio), `≥ ${duel.goal.toFixed(2)}`, `${throughput}  ${verdictOf(goal)}`) + sides
  );
}

/** Formats the report of a suite for a terminal. */
export function textOf(name: string, { tables, goals, faults }: SuiteReport): string {
  if (faults.length > 0) return [`${name}: void`, ...faults.map((fault) => `  ${fault}`)].join('\n');
  return [
    ...tables.map((table) => `${table.title}\n\n${markdownTable(table)}\n`),
    ...goals.map((goal) => `${verdictOf(goal).padEnd(18)} ${goal.what}: ${measuredOf(goal)}${boundOf(goal)}`),
  ].join('\n');
}

/** A goal is reached when the whole interval is within its bounds. */
export function verdictOf({ measured, atLeast = -Infinity, atMost = Infinity }: Goal): string {
  const [low, high] = typeof measured === 'number' ? [measured, measured] : [measured.low, measured.high];
  if (low >= atLeast && high <= atMost) return 'reached';
  return high < atLeast || low > atMost ? 'missed' : 'too close to tell';
}

function measuredOf({ measured }: Goal): string {
  return typeof measured === 'number' ? String(Number(measured.toPrecision(4))) : intervalOf(measured);
}

function boundOf({ atLeast, atMost }: Goal): string {
  return (atLeast === undefined ? '' : ` (≥ ${atLeast})`) + (atMost === undefined ? '' : ` (≤ ${atMost})`);
}

function intervalOf({ mean, low, high }: Ratio): string {
  return `${mean.toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`;
}

function line(...cells: string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(COLUMNS[column] as number))
    .join('  ')
    .trimEnd();
}
