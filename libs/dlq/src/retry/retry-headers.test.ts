import { describe, expect, it } from '@jest/globals';
import { attemptError, withError } from './error-history.ts';
import {
  CAUSATION_ID,
  REDRIVE_OF,
  RETRY_HEADERS,
  retryHeadersOf,
  type RetryTrail,
  retryTrailOf,
  withoutRetryHeaders,
} from './retry-headers.ts';

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
  it('round-trip the origin of the event, its attempts, its due time and its errors', () => {
    expect(retryTrailOf({ ce_id: 'event', ...retryHeadersOf(trail) })).toEqual(trail);
    expect(trail.errors[1]).toEqual({
      at: '1970-01-01T00:00:00.001Z',
      code: 'late',
      message: 'two',
      attempt: 2,
    });
  });

  it('have stable names and formats, because events of an earlier release still wait on the topics', () => {
    expect({ ...RETRY_HEADERS, REDRIVE_OF, CAUSATION_ID }).toEqual({
      originTopic: 'retry-origin-topic',
      originPartition: 'retry-origin-partition',
      originOffset: 'retry-origin-offset',
      originTimestamp: 'retry-origin-timestamp',
      attempts: 'retry-attempts',
      due: 'retry-due',
      errors: 'retry-errors',
      REDRIVE_OF: 'redrive-of',
      CAUSATION_ID: 'ce_causationid',
    });
    expect(retryHeadersOf({ ...trail, errors: [] })).toEqual({
      'retry-origin-topic': 'orders',
      'retry-origin-partition': '3',
      'retry-origin-offset': '9007199254740993',
      'retry-origin-timestamp': '1763800000000',
      'retry-attempts': '2',
      'retry-due': '1763800005000',
      'retry-errors': '[]',
    });
  });

  it('are absent from an event that comes from its publisher', () => {
    expect(retryTrailOf({ ce_id: 'event' })).toBeUndefined();
    expect(withoutRetryHeaders({ ce_id: 'event', ...retryHeadersOf(trail) })).toEqual({ ce_id: 'event' });
  });

  it('make a new event when the topic is missing', () => {
    const { 'retry-origin-topic': _missing, ...rest } = retryHeadersOf(trail);
    expect(retryTrailOf(rest)).toBeUndefined();
  });

  it.each([
    'retry-origin-partition',
    'retry-origin-offset',
    'retry-origin-timestamp',
    'retry-attempts',
    'retry-due',
  ])('make a new event when %s is missing or is not a whole number', (name) => {
    const { [name]: _missing, ...rest } = retryHeadersOf(trail);
    expect(retryTrailOf(rest)).toBeUndefined();
    for (const text of ['-1', '1.5', '7x', 'x7', '', '1'.repeat(20)])
      expect(retryTrailOf({ ...rest, [name]: text })).toBeUndefined();
    expect(retryTrailOf({ ...rest, [name]: '1'.repeat(19) })).toBeDefined();
  });

  it('restore an event without a history, and only the valid entries of a history', () => {
    const { 'retry-errors': _missing, ...rest } = retryHeadersOf(trail);
    expect(retryTrailOf(rest)).toEqual({ ...trail, errors: [] });
    const [known] = trail.errors;
    const odd = [{ at: 5 }, { code: 5 }, { message: 5 }, { attempt: '5' }, { attempt: 1.5 }].map((part) => ({
      ...known,
      ...part,
    }));
    const errors = JSON.stringify([null, ...odd, known]);
    expect(retryTrailOf({ ...rest, 'retry-errors': errors })?.errors).toEqual([known]);
  });

  it.each(['no json', '{}', '[1, {"at": 5}]', 'null'])('keep the event when its history is %s', (errors) => {
    expect(retryTrailOf({ ...retryHeadersOf(trail), 'retry-errors': errors })).toEqual({
      ...trail,
      errors: [],
    });
  });
});

describe('the history of errors', () => {
  it('keeps the first error and the latest errors in bounded space', () => {
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

  it('keeps twenty small errors', () => {
    let history: ReturnType<typeof withError> = [];
    for (let attempt = 1; attempt <= 100; attempt += 1) {
      history = withError(history, attemptError(new Error('no'), attempt, new Date(0)));
    }
    expect(history.map(({ attempt }) => attempt)).toEqual([
      1,
      ...Array.from({ length: 19 }, (_, index) => 82 + index),
    ]);
  });

  it('keeps the first and the latest error, even when another version made them too large', () => {
    const large = { ...trail.errors[0]!, message: 'x'.repeat(6_000) };
    const history = [1, 2, 3].reduce<ReturnType<typeof withError>>(
      (errors, attempt) => withError(errors, { ...large, attempt }),
      [],
    );
    expect(history.map(({ attempt }) => attempt)).toEqual([1, 3]);
  });

  it('fills exactly the 8 KiB that a header may have', () => {
    const sized = (bytes: number, attempt: number) => {
      const error = attemptError(new Error(''), attempt, new Date(0));
      return { ...error, message: 'x'.repeat(bytes - Buffer.byteLength(JSON.stringify(error))) };
    };
    // As JSON: [a,b,c] with 2,729 bytes for each of the first two and 2,730 for the third.
    const errors = [sized(2_729, 1), sized(2_729, 2)];
    expect(withError(errors, sized(2_730, 3))).toHaveLength(3);
    expect(withError(errors, sized(2_731, 3))).toHaveLength(2);
  });

  it('cuts the message of an error, because it travels in a header', () => {
    expect(attemptError(new Error('x'.repeat(501)), 1, new Date(0)).message).toBe('x'.repeat(500));
  });
});
