import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Contender } from './contenders.ts';

export interface Measures {
  /** The ratio of the fullest node's keys to the even share, for each of several sets of names, ascending. */
  readonly peaks: readonly number[];
  /** When an eleventh node joins: the share of the keys that move to it, and of those that move between the others. */
  readonly joined: Moves;
  readonly left: Moves;
  /** Whether a second map of the same nodes gives the same answers. */
  readonly isSameAgain: boolean;
  readonly bytes: number;
}

interface Moves {
  readonly due: number;
  readonly needless: number;
}

const KEYS = 1_000_000;
const COPIES = 20;
export const SETS = 7;

export function addresses(count: number, set = 0): string[] {
  return Array.from({ length: count }, (_, n) => `10.${set}.${n >> 8}.${n & 255}:6379`);
}

export function medianPeak({ peaks }: Measures): number {
  return peaks[(SETS - 1) / 2] as number;
}

/** Measures the properties that do not depend on time. Each change starts from a separate map: some maps change in place. */
export function measureMap({ build }: Contender): Measures {
  const names = addresses(10);
  const [growing, shrinking] = [build(names), build(names)];
  const [ten, again] = [answersOf(growing.get), answersOf(shrinking.get)];
  const [guest, leaver] = ['10.0.9.9:6379', '10.0.0.3:6379'];
  return {
    peaks: Array.from({ length: SETS }, (_, set) =>
      peakToMean(answersOf(build(addresses(10, set)).get), 10),
    ).sort((a, b) => a - b),
    isSameAgain: ten.every((node, n) => node === again[n]),
    joined: compare(ten, answersOf(growing.with(guest).get), guest),
    left: compare(answersOf(shrinking.without(leaver).get), again, leaver),
    bytes: bytesOf(() => build(names)),
  };
}

/** Returns the shares of the keys that `one` has in the larger map, and of the keys that move between the other nodes. */
function compare(smaller: readonly string[], larger: readonly string[], one: string): Moves {
  let [due, needless] = [0, 0];
  for (const [n, node] of larger.entries()) {
    if (node === one) due++;
    else if (node !== smaller[n]) needless++;
  }
  return { due: due / KEYS, needless: needless / KEYS };
}

function answersOf(get: (key: string) => string): string[] {
  return Array.from({ length: KEYS }, (_, n) => get(`user:${n}`));
}

function peakToMean(answers: readonly string[], nodes: number): number {
  const counts = new Map<string, number>();
  for (const node of answers) counts.set(node, (counts.get(node) ?? 0) + 1);
  return (Math.max(...counts.values()) * nodes) / answers.length;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Returns the bytes of a map's objects and buffers: the mean of several copies, so that shared memory counts little. */
function bytesOf(build: () => unknown): number {
  const kept = [build()];
  const before = usedBytes();
  for (let n = 0; n < COPIES; n++) kept.push(build());
  const bytes = (usedBytes() - before) / COPIES;
  kept.length = 0;
  return bytes;
}

function usedBytes(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
