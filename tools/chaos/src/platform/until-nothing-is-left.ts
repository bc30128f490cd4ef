import { setTimeout as pause } from 'node:timers/promises';

const ASK_EVERY_MS = 500;
const TELL_EVERY_MS = 15_000;
/** Longer than the longest wait in normal operation: sessions end after 10 s, and a third attempt comes after 30 s. */
const STALLED_AFTER_MS = 120_000;

export interface Leftovers {
  /** The description of the counted things, for people: `orders unsettled`. */
  readonly what: string;
  /** Counts what is left. After a rejection the next call may succeed. */
  count(): Promise<number>;
  say(line: string): void;
  readonly stalledAfterMs?: number;
}

/**
 * Waits until nothing is left, as long as the count decreases, on a machine of any speed. When the count has not decreased
 * for `stalledAfterMs`, reports this and gives up.
 *
 * @returns how much was left; Infinity if it could not be counted
 */
export async function untilNothingIsLeft({
  what,
  count,
  say,
  stalledAfterMs = STALLED_AFTER_MS,
}: Leftovers): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  let lessAt = Date.now();
  let toldAt = Date.now();
  const told = () => (Number.isFinite(least) ? `${least} ${what}` : `an unknown number of ${what}`);
  for (;;) {
    const left = await count().catch(() => Number.POSITIVE_INFINITY);
    if (left === 0) return 0;
    const now = Date.now();
    if (left < least) [least, lessAt] = [left, now];
    if (now - lessAt > stalledAfterMs) {
      say(`    ${told()}, no decrease for ${stalledAfterMs / 1_000} s; giving up`);
      return least;
    }
    if (now - toldAt > TELL_EVERY_MS) {
      say(`    ${told()}`);
      toldAt = now;
    }
    await pause(ASK_EVERY_MS);
  }
}
