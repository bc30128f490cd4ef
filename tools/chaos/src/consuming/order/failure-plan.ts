import { createHash } from 'node:crypto';

/** How often an event fails before it succeeds; `Infinity` for an event that never succeeds. */
export type FailurePlan = (key: number, number: number) => number;

/** One failing event in this many fails permanently; the others fail one to three times. */
const FOR_GOOD_EVERY = 5;
const MOST_FAILURES = 3;
const ONE_IN = 20;

/** One event in twenty fails, of any key: sooner or later every key has to wait. */
export const anywhere: FailurePlan = (key, number) =>
  chanceOf(key, number) % ONE_IN === 0 ? timesOf(key, number) : 0;

/** The same total number of failures, but all events of one key in twenty fail, and the other keys never fail. */
export const ofTroubledKeys: FailurePlan = (key, number) => (isTroubled(key) ? timesOf(key, number) : 0);

export function isTroubled(key: number): boolean {
  return key % ONE_IN === 0;
}

export const never: FailurePlan = () => 0;

function timesOf(key: number, number: number): number {
  const times = digestOf(key, number).readUInt8(1);
  return times % FOR_GOOD_EVERY === 0 ? Infinity : 1 + (times % MOST_FAILURES);
}

function chanceOf(key: number, number: number): number {
  return digestOf(key, number).readUInt32BE(4);
}

function digestOf(key: number, number: number): Buffer {
  return createHash('sha256').update(`${key}#${number}`).digest();
}
