import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type NodeMap } from '../src/nodes/node-map.ts';
import { keys, nodeNames } from './arbitraries.ts';
import { numbered } from './count-keys.ts';
import { type MakeNodeMap, type NodeMapTraits } from './node-map-traits.ts';

const KEYS = 20_000;

export function itMovesNoKeyNeedlessly(make: MakeNodeMap, { moves }: NodeMapTraits): void {
  if (typeof moves === 'number') return itMovesFewKeysNeedlessly(make, moves);

  it(`moves keys only to ${moves === 'last' ? 'the last node when it' : 'a node that'} joins, and only from a node that leaves`, () => {
    fc.assert(
      fc.property(nodeNames(2), fc.nat(), keys, (names, choice, asked) => {
        const all = make(names);
        const one =
          moves === 'last' ? (all.nodes.at(-1)?.name as string) : (names[choice % names.length] as string);
        const without = all.without(one);
        const again = without.with(one);
        const nodesOf = (map: NodeMap, stayed: readonly string[]) => stayed.map((key) => map.getNode(key));
        const kept = asked.filter((key) => all.getNode(key) !== one);
        expect(nodesOf(without, kept)).toEqual(nodesOf(all, kept));
        const untouched = asked.filter((key) => again.getNode(key) !== one);
        expect(nodesOf(again, untouched)).toEqual(nodesOf(without, untouched));
      }),
    );
  });

  it('moves about one key in eleven to the eleventh node, and none between the other ten', () => {
    const ten = make(numbered('cache', 10));
    const { taken, needless } = compare(ten, ten.with('cache-11'), 'cache-11');
    expect(needless).toBe(0);
    expect(taken / KEYS).toBeGreaterThan(0.7 / 11);
    expect(taken / KEYS).toBeLessThan(1.3 / 11);
  });
}

function itMovesFewKeysNeedlessly(make: MakeNodeMap, share: number): void {
  it(`moves at most ${share * 100} % of the keys between nodes that stay`, () => {
    const all = make(numbered('cache', 10));
    for (const { name } of all.nodes) {
      const without = all.without(name);
      expect(compare(without, all, name).needless / KEYS).toBeLessThanOrEqual(share);
    }
  });
}

/** Counts the keys that move to the node that joined, and the keys that move between other nodes. */
function compare(before: NodeMap, after: NodeMap, joined: string): { taken: number; needless: number } {
  let taken = 0;
  let needless = 0;
  for (let n = 0; n < KEYS; n++) {
    const now = after.getNode(`user:${n}`);
    if (now === joined) taken++;
    else if (now !== before.getNode(`user:${n}`)) needless++;
  }
  return { taken, needless };
}
