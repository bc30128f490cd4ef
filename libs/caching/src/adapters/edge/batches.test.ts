import { describe, expect, it } from '@jest/globals';
import { batchesOf } from './batches.ts';

describe('the batches of a purge', () => {
  it('hold a number of names', () => {
    expect(batchesOf(['a', 'b', 'c'], { most: 2 })).toEqual([['a', 'b'], ['c']]);
    expect(batchesOf([], { most: 2 })).toEqual([]);
  });

  it('hold a number of bytes, with the spaces between the names', () => {
    expect(batchesOf(['aa', 'bb', 'cc'], { most: 9, bytes: 5 })).toEqual([['aa', 'bb'], ['cc']]);
    expect(batchesOf(['aa', 'bb', 'cc'], { most: 9, bytes: 4 })).toEqual([['aa'], ['bb'], ['cc']]);
    expect(batchesOf(['aaaaaa', 'b', 'c'], { most: 9, bytes: 4 })).toEqual([['aaaaaa'], ['b', 'c']]);
  });
});
