import { describe, expect, it } from '@jest/globals';
import { faultsOfOutage, type OutageRun } from './outage-verdict.ts';

const sound: OutageRun = {
  ...{ seconds: 60, awaySeconds: 60.1, refused: 12, events: 1_000, finished: 1_000, failing: 50 },
  ...{
    letters: 50,
    lettered: 50,
    letterRecords: 51,
    comparisons: 40,
    passed: 0,
    example: undefined,
    inversions: 0,
  },
  ...{ shouldGoOn: 300, heldUp: 0, besideLetters: 20, lag: 0 },
};

describe('the verdict on an outage of dead letters', () => {
  it('has no faults when all figures agree, nor for a dead letter that is on the topic twice', () => {
    expect(faultsOfOutage(sound)).toEqual([]);
  });

  it.each<[string, Partial<OutageRun>]>([
    ['the broker was back after 3.0 s', { awaySeconds: 3 }],
    ['no dead letter was rejected', { refused: 0 }],
    ['no committed offset was compared while a dead letter was outstanding', { comparisons: 0 }],
    [
      'offsets passed events without a dead letter 1 times, e.g. orders:1 past 7',
      { passed: 1, example: 'orders:1 past 7' },
    ],
    ['1 of 1000 events lost', { finished: 999 }],
    ['49 of 50 events that fail permanently have a dead letter', { lettered: 49, letters: 49 }],
    ['51 dead letters for 50 events', { letters: 51 }],
    ['2 events were attempted before an earlier one of their key was finished', { inversions: 2 }],
    ['there were no events that should continue', { shouldGoOn: 0 }],
    ['3 of 300 events of other keys and partitions were blocked', { heldUp: 3 }],
    ['4 records were not finished', { lag: 4 }],
  ])('detects: %s', (fault, change) => {
    expect(faultsOfOutage({ ...sound, ...change })).toEqual([fault]);
  });
});
