import { describe, expect, it } from '@jest/globals';
import { type NodeMap } from '../src/nodes/node-map.ts';

/** The nodes of the golden vectors, for maps with weights and for those without. */
export const GOLDEN_NODES = [
  'cache-1',
  'cache-2',
  { name: 'cache-3', weight: 2 },
  'cache-10',
  'größe',
] as const;
export const GOLDEN_NAMES = GOLDEN_NODES.map((node) => (typeof node === 'string' ? node : node.name));

const KEYS = ['', 'user:1', 'user:42', 'order:9007199254740993', 'äöü', '😀'];

/** Pins the results of a map. A map with other results has moved keys, and disagrees with processes of earlier versions. */
export function describeGolden(
  name: string,
  make: () => NodeMap,
  checksum: string,
  replicas: readonly string[],
): void {
  describe(`${name} and its golden vectors`, () => {
    it('has the pinned checksum', () => {
      expect(make().checksum).toBe(checksum);
    });

    it('maps each key to the pinned nodes', () => {
      expect(KEYS.map((key) => make().getNodes(key, 3).join(' '))).toEqual(replicas);
    });
  });
}
