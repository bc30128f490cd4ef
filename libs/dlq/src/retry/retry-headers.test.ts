import { describe, expect, it } from '@jest/globals';
import { attemptError, withError } from './error-history.ts';
import { retryHeadersOf, type RetryTrail, retryTrailOf, withoutRetryHeaders } from './retry-headers.ts';

const trail: RetryTrail = {
  origin: { topic: 'orders', partition: 3, offset: '9007199254740993', timestamp: '1763800000000' },
  attempts: 2,
  dueAt: 1_763_800_005_000,
  errors: [
    attemptError(new Error('one'), 1, new Date(0)),
    attemptError(Object.assign(new Error('two'), { code: 'late' }), 2, new Date(1)),
  ],
};

describe('the headers of a retry', () => {
  it('bring back where the event was first read, its attempts, its time and its errors', () => {
    expect(retryTrailOf({ ce_id: 'event', ...retryHeadersOf(trail) })).toEqual(trail);
    expect(trail.errors[1]).toEqual({
      at: '1970-01-01T00:00:00.001Z',
      code: 'late',
      message: 'two',
      attempt: 2,
    });
  });

  it('are not those of an event that its publisher wrote', () => {
    expect(retryTrailOf({ ce_id: 'event' })).toBeUndefined();
    expect(withoutRetryHeaders({ ce_id: 'event', ...retryHeadersOf(trail) })).toEqual({ ce_id: 'event' });
  });

  it.each(['retry-origin-topic', 'retry-origin-offset', 'retry-attempts', 'retry-due'])(
    'are those of a new event where %s is missing or no number',
    (name) => {
      const { [name]: _missing, ...rest } = retryHeadersOf(trail);
      expect(retryTrailOf(rest)).toBeUndefined();
      if (name !== 'retry-origin-topic') expect(retryTrailOf({ ...rest, [name]: '-1' })).toBeUndefined();
    },
  );

  it.each(['no json', '{}', '[1, {"at": 5}]', 'null'])('lose no event for a history of %s', (errors) => {
    expect(retryTrailOf({ ...retryHeadersOf(trail), 'retry-errors': errors })).toEqual({
      ...trail,
      errors: [],
    });
  });
});

describe('the history of errors', () => {
  it('keeps the first and the latest in bounded space', () => {
    let history = withError([], attemptError(new Error('first'), 1, new Date(0)));
    for (let attempt = 2; attempt <= 100; attempt += 1) {
      history = withError(history, attemptError(new Error('ü'.repeat(5_000)), attempt, new Date(0)));
    }
    expect(Buffer.byteLength(JSON.stringify(history))).toBeLessThanOrEqual(8 * 1_024);
    expect(history.map(({ attempt }) => attempt)).toEqual([
      1,
      ...Array.from({ length: history.length - 1 }, (_, index) => 102 - history.length + index),
    ]);
    expect(history.length).toBeGreaterThan(3);
  });
});
