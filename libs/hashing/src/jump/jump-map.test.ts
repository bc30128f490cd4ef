import { describe, expect, it } from '@jest/globals';
import { describeGolden, GOLDEN_NAMES } from '../../conformance/golden.ts';
import { describeNodeMap } from '../../conformance/node-map.conformance.ts';
import { JumpMap } from './jump-map.ts';

describeNodeMap('jump', (nodes) => new JumpMap(nodes), {
  hasWeights: false,
  moves: 'last',
  isHistoryFree: true,
});

describeGolden('jump', () => new JumpMap(GOLDEN_NAMES), '8a65893b', [
  'größe cache-1 cache-3',
  'cache-2 größe cache-3',
  'cache-2 cache-3 cache-10',
  'cache-3 cache-10 cache-1',
  'cache-2 cache-3 cache-1',
  'cache-10 cache-2 cache-1',
]);

describe('jump', () => {
  it('refuses weights', () => {
    expect(() => new JumpMap(['a', { name: 'b', weight: 2 }])).toThrow(
      expect.objectContaining({ code: 'bad-weight' }),
    );
  });

  it('orders numbered nodes by number: the tenth comes after the ninth', () => {
    const ten = new JumpMap(Array.from({ length: 10 }, (_, n) => `shard-${n + 1}`));
    expect(ten.nodes.at(-1)?.name).toBe('shard-10');
  });
});
