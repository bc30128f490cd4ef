import { describe, expect, it } from '@jest/globals';
import { rankNodes } from './rank-nodes.ts';

describe('nodes ranked by their draws', () => {
  it('stay in canonical order where they draw the same', () => {
    const alike = { first: Int32Array.of(5, 5, 5, 5), second: Int32Array.of(7, 7, 7, 7) };
    expect(rankNodes(42, alike, 4)).toEqual([0, 1, 2, 3]);
    expect(rankNodes(42, alike, 3, 2)).toEqual([2, 0, 1]);
  });
});
