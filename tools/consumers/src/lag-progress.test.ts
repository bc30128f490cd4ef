import { type Consumer } from '@groundwork/contracts';
import { describe, expect, it } from '@jest/globals';
import { lagProgress } from './lag-progress.ts';

const at = (lag: string) => ({ group: 'shop', lag }) as Consumer;

describe('lagProgress', () => {
  it('estimates from the change since the watching started', () => {
    expect(lagProgress(at('1000'), 2_000n, 10_000)).toBe(
      'shop: lag 1000, 100 a second less, about 10 s left',
    );
    expect(lagProgress(at('0'), 15n, 10_000)).toContain('1.5 a second less');
  });

  it('reports growth without an estimate', () => {
    expect(lagProgress(at('2100'), 2_000n, 10_000)).toBe('shop: lag 2100, 10 a second more');
  });

  it('gives no estimate at first, or while the lag does not change', () => {
    expect(lagProgress(at('2000'), 2_000n, 0)).toBe('shop: lag 2000');
    expect(lagProgress(at('2000'), 2_000n, 60_000)).toBe('shop: lag 2000');
  });

  it('is exact beyond the range of exact numbers', () => {
    expect(lagProgress(at('9007199254740993'), 9_007_199_254_740_993n, 1_000)).toBe(
      'shop: lag 9007199254740993',
    );
  });
});
