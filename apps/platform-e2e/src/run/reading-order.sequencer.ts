import { basename } from 'node:path';

interface TestFile {
  readonly path: string;
}

/** From basic behaviour to the most disruptive faults, so the first failed suite is the one to investigate. */
const READING_ORDER = [
  'golden-journey',
  'rejected-orders',
  'idempotency-race',
  'transfer',
  'price',
  'bad-input',
  'pauses',
  'crash',
  'broker',
  'redis',
  'write-behind',
  'scatter-gather',
  'shard',
  'directory',
  'resharding',
];

/** A test sequencer for Jest. */
export default class ReadingOrderSequencer {
  sort<T extends TestFile>(tests: readonly T[]): readonly T[] {
    return [...tests].sort((a, b) => placeOf(a.path) - placeOf(b.path));
  }

  cacheResults(): void {
    // The order does not depend on earlier runs.
  }
}

function placeOf(path: string): number {
  const place = READING_ORDER.indexOf(basename(path, '.test.ts'));
  return place === -1 ? READING_ORDER.length : place;
}
