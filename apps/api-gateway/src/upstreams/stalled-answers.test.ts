import { describe, expect, it } from '@jest/globals';
import { StalledAnswers } from './stalled-answers.ts';

describe('responses that their clients do not read', () => {
  const start = (most: number) => {
    const clock = { now: 0 };
    const cut: string[] = [];
    const answers = new StalledAnswers({ most, now: () => clock.now });
    return { clock, cut, begin: (name: string) => answers.begin(() => cut.push(name)) };
  };

  it('are cut off beyond a maximum number, the longest stalled first', () => {
    const { clock, cut, begin } = start(2);
    for (const name of ['a', 'b', 'c', 'd']) {
      begin(name);
      clock.now += 1_000;
    }
    expect(cut).toEqual(['a', 'b']);
  });

  it('may stall for a moment without being cut off', () => {
    const { clock, cut, begin } = start(1);
    begin('a');
    clock.now = 499;
    begin('b');
    expect(cut).toEqual([]);
    clock.now = 500;
    begin('c');
    expect(cut).toEqual(['a']);
  });

  it('no longer count once their clients read again', () => {
    const { clock, cut, begin } = start(1);
    for (let times = 0; times < 10; times += 1) {
      begin(String(times))();
      clock.now += 1_000;
    }
    expect(cut).toEqual([]);
  });
});
