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

/** Pinned: a map that answers otherwise has moved its keys, and disagrees with processes of yesterday. */
export function describeGolden(
  name: string,
  make: () => NodeMap,
  checksum: string,
  replicas: readonly string[],
): void {
  describe(`${name}, pinned`, () => {
    it('has its checksum', () => {
      expect(make().checksum).toBe(checksum);
    });

    it('gives each key to the nodes that have always had it', () => {
      expect(KEYS.map((key) => make().getNodes(key, 3).join(' '))).toEqual(replicas);
    });
  });
}
