import { describe, expect, it } from '@jest/globals';
import { type Sample } from './sample.ts';
import { slowRunOf } from './slow-run.ts';

const about = { name: 'one by one', mayHold: { items: 1, bytes: 1 }, end: undefined };

function sample(second: number, change: Partial<Sample> = {}): Sample {
  return {
    ...{ atMs: second * 1_000, residentBytes: 100, liveBytes: undefined, handled: second * 10 },
    ...{ held: { items: 5, bytes: 50 }, joins: 1, restarts: 0, livenessFailures: 0 },
    ...change,
  };
}

describe('a run computed from samples', () => {
  it('is the difference between the first and last sample, with the maximum load in between', () => {
    const samples = [
      sample(45, { liveBytes: 70 }),
      sample(46, { held: { items: 9, bytes: 20 } }),
      sample(47, { held: { items: 2, bytes: 80 }, residentBytes: 130, joins: 2 }),
    ];
    const group = { answers: 3, otherMembers: 0, unstable: 1 };
    expect(slowRunOf(about, samples, group)).toMatchObject({
      seconds: 2,
      handled: 20,
      held: { items: 9, bytes: 80 },
      resident: { points: 3, growthBytes: 30 },
      live: { points: 1, startBytes: 70 },
      member: { joins: 2, unstable: 1 },
    });
  });

  it('is empty without samples, and has no member without a group', () => {
    expect(slowRunOf(about, [], undefined)).toMatchObject({ seconds: 0, handled: 0, member: undefined });
  });
});
