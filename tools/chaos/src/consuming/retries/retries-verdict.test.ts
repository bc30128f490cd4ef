import { describe, expect, it } from '@jest/globals';
import { type DeadLetterRecord } from '@groundwork/dlq';
import { historyFault } from './history-fault.ts';
import { latenessOf } from './lateness.ts';
import { faultsOfRetries, type RetriesRun } from './retries-verdict.ts';

const QUIET = { load: 0.1, cores: 2 };
const BUSY = { load: 4, cores: 2 };

const short = { delay: { name: '1s', ms: 1_000 }, retries: 10, early: 0, p50: 80, p99: 300, max: 400 };
const long = { delay: { name: '1h', ms: 65_000 }, retries: 10, early: 0, p50: 80, p99: 5_000, max: 5_000 };
const sound: RetriesRun = {
  events: 10,
  attempts: 3,
  otherwiseTried: 0,
  lateness: [short, long],
  letters: 10,
  letterRecords: 10,
  historyFaults: [],
  livenessFailures: 0,
};

describe('the verdict on retries', () => {
  it('has no faults when all figures agree', () => {
    expect(faultsOfRetries(sound, QUIET)).toEqual([]);
  });

  it.each<[string, Partial<RetriesRun>]>([
    ['1 of 10 events did not have 3 attempts', { otherwiseTried: 1 }],
    ['2 retries after 1h came early', { lateness: [short, { ...long, early: 2 }] }],
    ['retries after 1s: p99 301 ms late, more than 300 ms', { lateness: [{ ...short, p99: 301 }, long] }],
    ['9 of 10 events became dead letters', { letters: 9, letterRecords: 9 }],
    ['11 dead letters were published for 10 events', { letterRecords: 11 }],
    ['histories: 1 wrong, e.g. 5 errors', { historyFaults: ['5 errors'] }],
    ['waiting events counted as a hanging process 1 times', { livenessFailures: 1 }],
  ])('detects: %s', (fault, change) => {
    expect(faultsOfRetries({ ...sound, ...change }, QUIET)).toEqual([fault]);
  });

  it('does not judge lateness on a busy machine, but still judges early retries', () => {
    const late = { ...sound, lateness: [{ ...short, p99: 900, early: 1 }] };
    expect(faultsOfRetries(late, BUSY)).toEqual(['1 retries after 1s came early']);
  });
});

describe('lateness', () => {
  it('is measured from the time when an event was due, one delay after the previous failure', () => {
    const attempts = [
      [0, 1_000, 3_050],
      [0, 1_999, 3_998],
      [0, 1_020],
    ];
    const first = { delay: { name: '1s', ms: 1_000 }, retries: 3, early: 0, p50: 20, p99: 999, max: 999 };
    expect(latenessOf({ name: '1s', ms: 1_000 }, 0, attempts)).toEqual(first);
    expect(latenessOf({ name: '2s', ms: 2_000 }, 1, attempts)).toMatchObject({
      retries: 2,
      early: 1,
      max: 50,
    });
  });
});

describe('the history of a dead letter', () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const errors = [
    { at: at(1_000), attempt: 1, code: 'failure-1', message: '' },
    { at: at(2_001), attempt: 2, code: 'failure-2', message: '' },
  ];
  const letter = {
    attempts: 2,
    errors,
    error: { code: 'failure-2', message: '' },
  } as unknown as DeadLetterRecord;
  const attempts = [1_000, 2_000];

  it('is complete when it contains each attempt with its error and its time', () => {
    expect(historyFault(letter, attempts)).toBeUndefined();
  });

  it.each<[string, Partial<DeadLetterRecord>]>([
    ['1 errors of 2 attempts, not 2', { errors: errors.slice(1) }],
    ['2 errors of 1 attempts, not 2', { attempts: 1 }],
    ['error 1 is failure-2 of attempt 2', { errors: errors.toReversed() }],
    [
      "error 2 has a time that is not its attempt's",
      { errors: [errors[0]!, { ...errors[1]!, at: at(1_999) }] },
    ],
    [
      "error 1 has a time that is not its attempt's",
      { errors: [{ ...errors[0]!, at: at(2_001) }, errors[1]!] },
    ],
    ['the last error is other', { error: { code: 'other', message: '' } }],
  ])('is faulty: %s', (fault, change) => {
    expect(historyFault({ ...letter, ...change }, attempts)).toBe(fault);
  });
});
