import { describe, expect, it } from '@jest/globals';
import { StalledResponses } from './stalled-responses.ts';

describe('responses that stall', () => {
  const open = (most: number) => {
    const stalled = new StalledResponses(most);
    const cut: string[] = [];
    const begin = (name: string, at: number) => stalled.begin(at, () => void cut.push(name));
    return { begin, cut };
  };

  it('are cut off beyond the bound, the longest stall first', () => {
    const { begin, cut } = open(2);
    begin('a', 0);
    begin('b', 100);
    begin('c', 500);
    begin('d', 600);
    expect(cut).toEqual(['a', 'b']);
  });

  it('are never cut off within half a second', () => {
    const { begin, cut } = open(1);
    begin('a', 0);
    begin('b', 499);
    expect(cut).toEqual([]);
  });

  it('leave their place when the client reads again', () => {
    const { begin, cut } = open(1);
    begin('a', 0)();
    begin('b', 1_000);
    expect(cut).toEqual([]);
  });
});
