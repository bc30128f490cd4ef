import { type Benchmark } from './benchmark.ts';
import { type ContestResult } from './run-contest.ts';

const COLUMNS = [14, 22, 8, 44];

export const HEADER = line('benchmark', 'ratio (95 % interval)', 'goal', 'a second: ours / peer');

/** One line of the table; a result that was got with wrong work shows no figures. */
export function rowOf(
  benchmark: Benchmark,
  { ratio, oursPerSecond, peerPerSecond, fault }: ContestResult,
): string {
  if (fault !== undefined) return line(benchmark.name, 'void', '', fault);
  const interval = `${ratio.mean.toFixed(2)} (${ratio.low.toFixed(2)} … ${ratio.high.toFixed(2)})`;
  const goal = `≥ ${benchmark.goal.toFixed(2)}`;
  const throughput = `${oursPerSecond.toFixed(0)} / ${peerPerSecond.toFixed(0)}`;
  const sides = `\n  ours: ${benchmark.ours}\n  peer: ${benchmark.peer}`;
  return (
    line(benchmark.name, interval, goal, throughput + verdict(ratio.low, ratio.high, benchmark.goal)) + sides
  );
}

function verdict(low: number, high: number, goal: number): string {
  if (low >= goal) return '  reached';
  return high < goal ? '  missed' : '  too close to tell';
}

function line(...cells: string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(COLUMNS[column] as number))
    .join('  ')
    .trimEnd();
}
