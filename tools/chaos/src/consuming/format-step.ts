import { faultLines } from '../format-faults.ts';
import { type StepResult } from './step.ts';

/** Formats the result of a step for people. */
export function formatStep({ title, seconds, rows, faults }: StepResult): string {
  return [
    `  ${title} (${seconds.toFixed(0)} s)`,
    ...rows.map(([name, value]) => `    ${name.padEnd(26)}${value}`),
    ...faultLines(faults).map((line) => `  ${line}`),
  ].join('\n');
}
