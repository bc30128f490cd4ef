import { describe, expect, it } from '@jest/globals';
import { faultsOfSlowSink, type SlowRun } from './slow-sink-verdict.ts';

const MIB = 1_024 * 1_024;
const trend = { points: 135, startBytes: 90 * MIB, growthBytes: 8 * MIB, slopeBytes: 0.5 * MIB };
const member = {
  ...{ joins: 1, restarts: 0, livenessFailures: 0 },
  ...{ answers: 130, otherMembers: 0, unstable: 0 },
};
const sound: SlowRun = {
  name: 'one by one',
  seconds: 135,
  handled: 1_330,
  held: { items: 2_700, bytes: MIB },
  mayHold: { items: 3_000, bytes: 5 * MIB },
  resident: trend,
  live: { ...trend, points: 13 },
  end: undefined,
  member,
};
const production = { published: 3_600_000, bytes: 2_000 * MIB, seconds: 180, isFull: false };

describe('the verdict on slow sinks', () => {
  it('has no faults when all figures agree, also for a stream, which has no group', () => {
    const runs = [sound, { ...sound, member: undefined }];
    expect(faultsOfSlowSink({ runs, production })).toEqual([]);
  });

  it.each<[string, Partial<SlowRun>]>([
    ['its process ended with SIGKILL', { end: 'SIGKILL' }],
    ['its sink handled 900 events in 135 s', { handled: 900 }],
    ['3001 items were held, more than 3000', { held: { items: 3_001, bytes: 0 } }],
    ['5242881 bytes were held, more than 5242880', { held: { items: 1, bytes: 5 * MIB + 1 } }],
    ['60 samples in 135 s', { resident: { ...trend, points: 60 } }],
    ['5 samples of live memory', { live: { ...trend, points: 5 } }],
    [
      'resident memory grew by 33.0 MiB, more than 32.0 MiB',
      { resident: { ...trend, growthBytes: 33 * MIB } },
    ],
    [
      'resident memory rose by 7.0 MiB a minute, more than 6.9 MiB',
      { resident: { ...trend, slopeBytes: 7 * MIB } },
    ],
    [
      'live memory grew by 9.0 MiB, more than 8.0 MiB',
      { live: { ...trend, points: 13, growthBytes: 9 * MIB } },
    ],
    [
      'live memory rose by 7.0 MiB a minute, more than 6.9 MiB',
      { live: { ...trend, points: 13, slopeBytes: 7 * MIB } },
    ],
    ['its partitions were assigned 2 times', { member: { ...member, joins: 2 } }],
    ['it restarted 1 times', { member: { ...member, restarts: 1 } }],
    ['it reported 3 times that it hangs', { member: { ...member, livenessFailures: 3 } }],
    ['the broker never named the members', { member: { ...member, answers: 0 } }],
    ['the broker named other members 4 times', { member: { ...member, otherMembers: 4 } }],
    ['the group was not stable 2 times', { member: { ...member, unstable: 2 } }],
  ])('detects: %s', (fault, change) => {
    const faults = faultsOfSlowSink({ runs: [{ ...sound, ...change }], production });
    expect(faults).toEqual([`one by one: ${fault}`]);
  });

  it('does not judge the slope over less than two minutes, because a single fetch would cause one', () => {
    const steep = { ...trend, slopeBytes: 12 * MIB };
    const short = { ...sound, seconds: 45, handled: 440, resident: steep, live: { ...steep, points: 5 } };
    expect(faultsOfSlowSink({ runs: [short], production })).toEqual([]);
  });

  it('detects a producer that is too slow for the test', () => {
    const slow = { ...production, published: 1_700_000 };
    expect(faultsOfSlowSink({ runs: [sound], production: slow })).toEqual([
      'only 9444 events a second were published',
    ]);
  });
});
