import { describe, expect, it } from '@jest/globals';
import { randomOf } from '@groundwork/testing';
import { WeightedClusters } from './weighted-clusters.ts';

const split = (canary: number) => [
  { cluster: 'stable', weight: 100 - canary },
  { cluster: 'canary', weight: canary },
];
const keys = Array.from({ length: 10_000 }, (_, index) => `customer-${index}`);

describe('clusters with weights', () => {
  it.each([0, 5, 50, 100])('get their share of the requests: %d % for the canary', (canary) => {
    const clusters = new WeightedClusters(split(canary), randomOf(1));
    const chosen = Array.from({ length: 10_000 }, () => clusters.choose(undefined));
    const share = chosen.filter((cluster) => cluster === 'canary').length / 100;
    expect(Math.abs(share - canary)).toBeLessThanOrEqual(canary % 100 === 0 ? 0 : 2);
  });

  it('get their share of the keys, and a key stays with its cluster in every proxy', () => {
    const [one, other] = [new WeightedClusters(split(20)), new WeightedClusters(split(20))];
    const chosen = keys.map((key) => one.choose(key));
    expect(keys.map((key) => other.choose(key))).toEqual(chosen);
    expect(Math.abs(chosen.filter((cluster) => cluster === 'canary').length / 100 - 20)).toBeLessThan(2);
  });

  it('move keys only to the canary when its weight grows', () => {
    const [before, after] = [new WeightedClusters(split(5)), new WeightedClusters(split(20))];
    const moved = keys.filter((key) => before.choose(key) !== after.choose(key));
    expect(moved.length).toBeGreaterThan(1_000);
    expect(moved.every((key) => after.choose(key) === 'canary')).toBe(true);
  });

  it('choose the same cluster for a key in all releases', () => {
    const clusters = new WeightedClusters(split(50));
    expect(keys.slice(0, 8).map((key) => clusters.choose(key))).toEqual([
      ...['stable', 'stable', 'stable', 'canary', 'stable', 'canary', 'stable', 'canary'],
    ]);
  });

  it.each([[[]], [split(0).slice(1)], [[{ cluster: 'a', weight: -1 }]], [[{ cluster: 'a', weight: 0.5 }]]])(
    'refuse the weights %j',
    (clusters) => {
      expect(() => new WeightedClusters(clusters)).toThrow(RangeError);
    },
  );
});
