import { describe, expect, it } from '@jest/globals';
import { type Contest } from '../benchmark.ts';
import { runContest } from './run-contest.ts';

function contestOf(verify: Contest['verify'] = () => Promise.resolve(undefined)) {
  const order: string[] = [];
  const contest: Contest = {
    ours: async () => order.push('A'),
    peer: async () => order.push('B'),
    verify,
    close: () => Promise.resolve(),
  };
  return { contest, order };
}

describe('a contest', () => {
  it('runs in mirrored order, including the warm-up', async () => {
    const { contest, order } = contestOf();
    await runContest(contest, { rounds: 10, callsPerSlice: 2 });
    expect(order.join('')).toBe('AABBBBAA'.repeat(11));
  });

  it('is verified with the exact number of calls, and reports the fault', async () => {
    const { contest, order } = contestOf(({ ours, peer }) =>
      Promise.resolve(ours + peer === order.length ? 'rows disagree' : 'miscounted'),
    );
    const { fault } = await runContest(contest, { rounds: 4, callsPerSlice: 3 });
    expect(fault).toBe('rows disagree');
  });

  it('measures which side is slower', async () => {
    const spin = (ms: number) => {
      const until = performance.now() + ms;
      while (performance.now() < until);
      return Promise.resolve();
    };
    const contest: Contest = { ...contestOf().contest, ours: () => spin(0.4), peer: () => spin(0.1) };
    const { ratio } = await runContest(contest, { rounds: 20, callsPerSlice: 5 });
    expect(ratio.high).toBeLessThan(1);
  });
});
