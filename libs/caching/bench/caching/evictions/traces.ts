import { randomOf } from '@groundwork/testing';

export const OBJECTS = 100_000;
export const REQUESTS = 1_000_000;
const SEED = 43;
const SCAN_EVERY = 50_000;
const SCAN_LENGTH = 20_000;
/** With this share, about 72 % of the objects in a tenth of the trace are requested once: the median of the traces of the S3-FIFO paper. */
const ONCE_SHARE = 0.04;

export interface Trace {
  readonly name: string;
  requests(): Uint32Array;
}

export const TRACES: readonly Trace[] = [
  ...[0.7, 0.9, 1.1].map((skew) => ({ name: `Zipf ${skew}`, requests: () => zipf(skew) })),
  { name: 'Zipf 0.9, and a scan of 20,000 new objects in each 50,000 requests', requests: scanned },
  { name: 'Zipf 1.0, and 4 % of the requests to objects that are requested once', requests: oneHitWonders },
];

/** Independent requests: object `n` with a probability that is proportional to n^-skew. */
function zipf(skew: number): Uint32Array {
  const random = randomOf(SEED);
  const sums = new Float64Array(OBJECTS);
  let sum = 0;
  for (let object = 0; object < OBJECTS; object += 1) sums[object] = sum += (object + 1) ** -skew;
  return Uint32Array.from({ length: REQUESTS }, () => placeOf(random() * sum, sums));
}

function scanned(): Uint32Array {
  const requests = zipf(0.9);
  let next = OBJECTS;
  for (let start = SCAN_EVERY; start + SCAN_LENGTH <= REQUESTS; start += SCAN_EVERY)
    for (let place = start; place < start + SCAN_LENGTH; place += 1) requests[place] = next += 1;
  return requests;
}

function oneHitWonders(): Uint32Array {
  const random = randomOf(SEED + 1);
  let next = OBJECTS;
  return zipf(1).map((object) => (random() < ONCE_SHARE ? (next += 1) : object));
}

/** Returns the first place whose sum is above the value. */
function placeOf(value: number, sums: Float64Array): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns the share of the objects of a tenth of the trace that are requested once. */
export function onceShareOf(requests: Uint32Array): number {
  const counts = new Map<number, number>();
  for (const object of requests.subarray(0, REQUESTS / 10)) counts.set(object, (counts.get(object) ?? 0) + 1);
  return [...counts.values()].filter((count) => count === 1).length / counts.size;
}
