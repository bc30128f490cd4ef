import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keys, nodeName, nodeNames } from './arbitraries.ts';
import { type MakeNodeMap, type NodeMapTraits } from './node-map-traits.ts';

const shuffledNames = nodeNames(1).chain((names) =>
  fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length })),
);

export function itIsOneMapEverywhere(make: MakeNodeMap, { isHistoryFree }: NodeMapTraits): void {
  it('does not depend on the order in which its nodes are given', () => {
    fc.assert(
      fc.property(shuffledNames, keys, ([names, shuffled], asked) => {
        const [map, other] = [make(names), make(shuffled)];
        expect(other.checksum).toBe(map.checksum);
        expect(other.nodes).toEqual(map.nodes);
        expect(asked.map((key) => other.getNodes(key, 3))).toEqual(asked.map((key) => map.getNodes(key, 3)));
      }),
    );
  });

  if (isHistoryFree) {
    it('does not depend on the changes that led to it', () => {
      fc.assert(
        fc.property(shuffledNames, nodeName, keys, ([names, shuffled], guest, asked) => {
          const map = make(names);
          let other = make([]);
          if (!names.includes(guest)) other = other.with(guest);
          for (const name of shuffled) other = other.with(name);
          if (!names.includes(guest)) other = other.without(guest);
          expect(other.checksum).toBe(map.checksum);
          expect(asked.map((key) => other.getNode(key))).toEqual(asked.map((key) => map.getNode(key)));
        }),
      );
    });
  }

  it('has a different checksum when a node is added or renamed', () => {
    fc.assert(
      fc.property(nodeNames(2), ([name = '', ...names]) => {
        const map = make(names);
        const sums = [map, map.with(name), make([...names, `${name}'`])].map(({ checksum }) => checksum);
        expect(new Set(sums).size).toBe(3);
        for (const sum of sums) expect(sum).toMatch(/^[0-9a-f]{8}$/);
      }),
    );
  });

  it('stays as it is when a node joins or leaves, so a reader sees one map', () => {
    fc.assert(
      fc.property(nodeNames(2), keys, ([name = '', ...names], asked) => {
        const map = make(names);
        const before = [map.checksum, map.nodes, ...asked.map((key) => map.getNodes(key, 2))];
        map.with(name);
        map.without(names[0] as string);
        expect([map.checksum, map.nodes, ...asked.map((key) => map.getNodes(key, 2))]).toEqual(before);
        expect(() => (map.nodes as unknown[]).push(name)).toThrow(TypeError);
      }),
    );
  });
}
