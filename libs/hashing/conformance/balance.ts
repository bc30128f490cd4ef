import { expect, it } from '@jest/globals';
import { countKeys, numbered, peakToMean } from './count-keys.ts';
import { type MakeNodeMap, type NodeMapTraits } from './node-map-traits.ts';

export interface BalanceTraits extends Pick<NodeMapTraits, 'hasWeights'> {
  /** The largest allowed ratio of a node's keys to its even share, with ten nodes and a million keys. */
  readonly fullest: number;
}

export function itIsBalanced(make: MakeNodeMap, { fullest, hasWeights }: BalanceTraits): void {
  it(`gives each of ten nodes at most ${fullest} times its even share of a million keys`, () => {
    const map = make(numbered('cache', 10));
    expect(peakToMean(countKeys(map, 1_000_000))).toBeLessThanOrEqual(fullest);
  });

  it.each([
    ['uuid-like', (n: number) => `5f0c8e4e-7c2f-4a39-9a7c-${String(n).padStart(12, '0')}`],
    ['beyond ASCII', (n: number) => `kundin:größe:${n}`],
    ['ids beyond 2^53', (n: number) => `order:${9_007_199_254_740_993n + BigInt(n)}`],
  ])('spreads similar keys evenly: %s', (_what, keyOf) => {
    const counts = countKeys(make(numbered('cache', 10)), 100_000, keyOf);
    // By chance alone, the fullest of ten nodes is half a percent above its share of 100,000 keys.
    expect(peakToMean(counts)).toBeLessThanOrEqual(fullest + 0.02);
    expect(Math.min(...counts.values())).toBeGreaterThan(7_000);
  });

  if (!hasWeights) return;

  it('gives each node a share that is proportional to its weight', () => {
    const counts = countKeys(
      make([{ name: 'half', weight: 0.5 }, 'one', { name: 'two', weight: 2 }, { name: 'four', weight: 4 }]),
      200_000,
    );
    const shares = { half: 0.5, one: 1, two: 2, four: 4 };
    for (const [name, weight] of Object.entries(shares)) {
      const share = ((counts.get(name) as number) / 200_000) * 7.5;
      expect(share / weight).toBeGreaterThan(2 - fullest);
      expect(share / weight).toBeLessThan(fullest);
    }
  });
}
