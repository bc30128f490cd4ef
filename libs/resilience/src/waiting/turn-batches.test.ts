import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TurnBatches } from './turn-batches.ts';

describe('the batches of a turn', () => {
  it('run the requests of one turn together, in the order of their calls', async () => {
    const runs: number[][] = [];
    const batches = new TurnBatches(async (requests: readonly number[]) => {
      runs.push([...requests]);
      return requests.map((request) => request * 10);
    }, 10);
    const first = [1, 2, 3].map((request) => batches.add(request));
    expect(runs).toEqual([]);
    expect(await Promise.all(first)).toEqual([10, 20, 30]);
    await nextTurn();
    expect(await batches.add(4)).toBe(40);
    expect(runs).toEqual([[1, 2, 3], [4]]);
  });

  it('have a largest size, and the rest runs at once', async () => {
    const runs: number[][] = [];
    const batches = new TurnBatches(async (requests: readonly number[]) => {
      runs.push([...requests]);
      return requests;
    }, 2);
    expect(await Promise.all([1, 2, 3, 4, 5].map((request) => batches.add(request)))).toEqual([
      1, 2, 3, 4, 5,
    ]);
    expect(runs).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('reject the requests of a failed run only', async () => {
    const batches = new TurnBatches(async (requests: readonly number[]) => {
      if (requests.includes(1)) throw new Error('failed');
      return requests;
    }, 2);
    const outcomes = await Promise.allSettled([1, 2, 3].map((request) => batches.add(request)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });
});
