import { describe, expect, it } from '@jest/globals';
import { countKeys, peakToMean } from '../../conformance/count-keys.ts';
import { describeGolden, GOLDEN_NODES } from '../../conformance/golden.ts';
import { describeNodeMap } from '../../conformance/node-map.conformance.ts';
import { hashOf } from '../murmur3.ts';
import { draw, lotsOf } from './rank-nodes.ts';
import { RendezvousMap } from './rendezvous-map.ts';

describeNodeMap('rendezvous', (nodes) => new RendezvousMap(nodes), {
  hasWeights: true,
  moves: 'any',
  isHistoryFree: true,
});

describeGolden('rendezvous', () => new RendezvousMap(GOLDEN_NODES), '81a1679f', [
  'cache-1 cache-3 cache-10',
  'cache-3 größe cache-2',
  'cache-3 cache-10 cache-1',
  'cache-3 cache-10 cache-1',
  'cache-3 cache-1 größe',
  'cache-2 cache-1 cache-3',
]);

describe('rendezvous', () => {
  it('gives half of the keys to each of two names with the same hash', () => {
    const names = ['cache-886', 'cache-21602'];
    const { first, second } = lotsOf(names);
    expect(first[0]).toBe(first[1]);
    expect(second[0]).not.toBe(second[1]);
    expect(peakToMean(countKeys(new RendezvousMap(names), 10_000))).toBeLessThan(1.05);
  });

  it('gives the same answers with and without logarithms', () => {
    const names = ['a', 'b', 'c', 'd'];
    const equal = new RendezvousMap(names);
    const heavy = new RendezvousMap(names.map((name) => ({ name, weight: 7 })));
    const weighted = equal.with({ name: 'feather', weight: 1e-9 });
    const keys = Array.from({ length: 1_000 }, (_, n) => `user:${n}`);
    const answers = keys.map((key) => equal.getNode(key));
    expect(keys.map((key) => heavy.getNode(key))).toEqual(answers);
    expect(keys.map((key) => weighted.getNode(key))).toEqual(answers);
  });

  it('gives a key for which two nodes draw the same to the first in canonical order', () => {
    const names = ['n22207', 'n3108'];
    const lots = lotsOf(names);
    expect(draw(hashOf('key-0'), lots, 0)).toBe(draw(hashOf('key-0'), lots, 1));
    const equal = new RendezvousMap(names);
    const weighted = equal.with({ name: 'feather', weight: 1e-9 });
    expect([equal, weighted].map((map) => map.getNode('key-0'))).toEqual(['n3108', 'n3108']);
  });
});
