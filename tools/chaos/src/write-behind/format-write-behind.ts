import { faultLines } from '../format-faults.ts';
import { type WriteBehindResult } from './run-write-behind.ts';

/** Returns the result for people. */
export function formatWriteBehind(result: WriteBehindResult): string {
  const { views, baskets, storedViews, faultsDone, seconds, faults } = result;
  const acknowledged = views.reduce((sum, books) => sum + books.acknowledged, 0);
  const stored = [...storedViews.values()].reduce((sum, count) => sum + count, 0);
  const writes = baskets.reduce((sum, books) => sum + books.writes, 0);
  const lines = [
    `${faultsDone} faults in ${Math.round(seconds)} s`,
    `${acknowledged} views acknowledged, ${stored} stored`,
    `${writes} writes of ${baskets.length} baskets acknowledged, each newest one stored in its version`,
  ];
  return [...(faults.length === 0 ? lines : lines.slice(0, 2)), ...faultLines(faults)]
    .map((line) => `  ${line}`)
    .join('\n');
}
