import { type Entry } from '../tiers/entry.ts';

/**
 * Returns whether this hit should refresh its entry before it expires. The closer the end, and the longer the last load took, the more
 * likely: so one of many callers refreshes, and none of them waits at the end (XFetch: Vattani, Chierichetti and Lowenstein, "Optimal
 * Probabilistic Cache Stampede Prevention", VLDB 2015).
 *
 * @param beta above 1: earlier, below 1: later
 */
export function isRefreshDue({ freshMs, loadMs = 0 }: Entry, beta: number, random: () => number): boolean {
  return loadMs * beta * -Math.log(1 - random()) >= freshMs;
}
