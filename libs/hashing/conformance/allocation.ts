import { expect, it } from '@jest/globals';
import { type NodeMap } from '../src/nodes/node-map.ts';
import { numbered } from './count-keys.ts';
import { type MakeNodeMap, type NodeMapTraits } from './node-map-traits.ts';

const LOOKUPS = 50_000;
const WINDOWS = 20;

export function itAllocatesNothing(
  make: MakeNodeMap,
  { hasWeights }: Pick<NodeMapTraits, 'hasWeights'>,
): void {
  const names = numbered('cache', 10);
  const keys = Array.from({ length: 1_000 }, (_, n) => `user:${n}`);

  it.each([
    ['of equal weights', names],
    ...(hasWeights ? [['of different weights', [{ name: 'heavy', weight: 2 }, ...names]] as const] : []),
  ])('looks up a key without allocating, among nodes %s', (_what, nodes) => {
    const map = make(nodes);
    for (let warmUp = 0; warmUp < 20; warmUp++) lookUp(map, keys);
    // The smallest object has 12 bytes. A window in which the garbage collector ran has a negative growth and is dropped.
    const grown = Array.from({ length: WINDOWS }, () => {
      const before = process.memoryUsage().heapUsed;
      lookUp(map, keys);
      return process.memoryUsage().heapUsed - before;
    }).filter((bytes) => bytes >= 0);
    expect(Math.min(...grown) / LOOKUPS).toBeLessThan(1);
  });
}

function lookUp(map: NodeMap, keys: readonly string[]): void {
  for (let n = 0; n < LOOKUPS; n++) map.getNode(keys[n % keys.length] as string);
}
