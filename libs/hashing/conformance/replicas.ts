import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keys, nodeNames } from './arbitraries.ts';
import { type MakeNodeMap, type NodeMapTraits } from './node-map-traits.ts';

export function itNamesDistinctReplicas(make: MakeNodeMap, { moves }: NodeMapTraits): void {
  it("returns exactly min(n, nodes) distinct nodes, the key's own node first", () => {
    fc.assert(
      fc.property(nodeNames(0), fc.nat(12), keys, (names, n, asked) => {
        const map = make(names);
        for (const key of asked) {
          const found = map.getNodes(key, n);
          expect(found).toHaveLength(Math.min(n, names.length));
          expect(new Set(found).size).toBe(found.length);
          expect(found.filter((name) => !names.includes(name))).toEqual([]);
          if (found.length > 0) expect(found[0]).toBe(map.getNode(key));
        }
      }),
    );
  });

  it('returns the first nodes of the longer list when asked for fewer', () => {
    fc.assert(
      fc.property(nodeNames(2), fc.nat(9), keys, (names, n, asked) => {
        const map = make(names);
        for (const key of asked)
          expect(map.getNodes(key, n)).toEqual(map.getNodes(key, names.length).slice(0, n));
      }),
    );
  });

  if (typeof moves === 'number') return;

  it('keeps the replicas of a key when a node outside the list is lost', () => {
    fc.assert(
      fc.property(nodeNames(2), fc.integer({ min: 1, max: 4 }), keys, (names, n, asked) => {
        const map = make(names);
        const replicas = asked.map((key) => map.getNodes(key, n));
        for (const lost of moves === 'last' ? [map.nodes.at(-1)?.name as string] : names) {
          const rest = map.without(lost);
          const strange = asked.filter((_, at) => !replicas[at]?.includes(lost));
          const kept = replicas.filter((members) => !members.includes(lost));
          expect(strange.map((key) => rest.getNodes(key, n))).toEqual(kept);
        }
      }),
    );
  });

  it('keeps the other replicas of a key when one of them is lost', () => {
    fc.assert(
      fc.property(nodeNames(2), fc.integer({ min: 2, max: 4 }), keys, (names, n, asked) => {
        const map = make(names);
        const lost = map.nodes.at(-1)?.name as string;
        const rest = map.without(lost);
        for (const key of asked) {
          const others = map.getNodes(key, n).filter((name) => name !== lost);
          expect(rest.getNodes(key, n)).toEqual(expect.arrayContaining(others));
        }
      }),
    );
  });
}
