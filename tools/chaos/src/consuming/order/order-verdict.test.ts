import { describe, expect, it } from '@jest/globals';
import { faultsOfOrder, type KeyedRun, type OrderRun } from './order-verdict.ts';

const failing: KeyedRun = {
  ...{ keys: 10, events: 200, failing: 10, forGood: 2, finished: 200 },
  ...{ inversions: 0, example: undefined, again: 0, letters: 2, wrongLetters: 0 },
};
const sound: OrderRun = {
  anywhere: failing,
  troubled: failing,
  undisturbed: { ...failing, failing: 0, forGood: 0, letters: 0 },
  throughput: { seconds: 10, without: 100, beside: 90 },
};

describe('the verdict on the order of keys', () => {
  it('has no faults when all figures agree', () => {
    expect(faultsOfOrder(sound)).toEqual([]);
  });

  it('accepts an event that is attempted again, as in at-least-once delivery', () => {
    expect(faultsOfOrder({ ...sound, anywhere: { ...failing, again: 3 } })).toEqual([]);
  });

  it.each<[string, Partial<OrderRun>]>([
    ['failures anywhere: 1 of 200 events lost', { anywhere: { ...failing, finished: 199 } }],
    [
      'failures of one key in twenty: 2 inversions, e.g. 7: 3 before 2',
      { troubled: { ...failing, inversions: 2, example: '7: 3 before 2' } },
    ],
    [
      'failures anywhere: 1 dead letters for 2 events that always fail',
      { anywhere: { ...failing, letters: 1 } },
    ],
    [
      'failures anywhere: 1 dead letters for events that would have succeeded',
      { anywhere: { ...failing, wrongLetters: 1 } },
    ],
    ['no failures: 5 of 200 events lost', { undisturbed: { ...sound.undisturbed, finished: 195 } }],
    ['only 8 of 200 events were to fail', { troubled: { ...failing, failing: 8 } }],
    [
      'other keys have 0.89 of their throughput, less than 0.9',
      { throughput: { seconds: 10, without: 100, beside: 89 } },
    ],
    ['no throughput was measured', { throughput: undefined }],
  ])('detects: %s', (fault, change) => {
    expect(faultsOfOrder({ ...sound, ...change })).toEqual([fault]);
  });
});
