import { setTimeout as pause } from 'node:timers/promises';

const ASK_EVERY_MS = 500;
const TELL_EVERY_MS = 15_000;
/** Longer than anything waits for its turn when all is well: sessions end after 10 s, a third attempt comes after 30 s. */
const STALLED_AFTER_MS = 120_000;

export interface Leftovers {
  /** What is counted, for people: `orders unsettled`. */
  readonly what: string;
  /** How much is left. A rejection is no answer: the next time may bring one. */
  count(): Promise<number>;
  say(line: string): void;
  readonly stalledAfterMs?: number;
}

/**
 * Waits as long as what is left becomes less, however slow the machine is, until nothing is. When it has not become less for
 * so long, it says so and gives up.
 *
 * @returns how much was left; infinitely much when it could not be counted
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
      say(`    ${told()}, and no fewer for ${stalledAfterMs / 1_000} s: given up`);
      return least;
    }
    if (now - toldAt > TELL_EVERY_MS) {
      say(`    ${told()}`);
      toldAt = now;
    }
    await pause(ASK_EVERY_MS);
  }
}
