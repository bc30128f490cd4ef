import { describe, expect, it } from '@jest/globals';
import { attemptError } from '../retry/error-history.ts';
import { type FailedMessage, deadLetterOf } from './dead-letter.ts';
import { deadLetterId } from './dead-letter-id.ts';

const message: FailedMessage = {
  consumer: 'shop',
  topic: 'orders',
  partition: 3,
  offset: '9007199254740993',
  timestamp: '1763800000000',
  key: Buffer.from('7'),
  value: Buffer.from('{"number":1}'),
  headers: { ce_id: 'event-1', ce_type: 'numbered', traceparent: '00-1' },
};
const failure = {
  error: new Error('outer', { cause: new Error('inner') }),
  attempts: 5,
  failedAt: new Date(0),
};

describe('a dead letter', () => {
  it('records where the message was, what failed and why', () => {
    expect(deadLetterOf(message, failure)).toEqual({
      id: deadLetterId(message),
      consumer: 'shop',
      topic: 'orders',
      partition: 3,
      offset: '9007199254740993',
      key: '7',
      eventId: 'event-1',
      eventType: 'numbered',
      attempts: 5,
      error: { code: 'Error', message: 'outer ← inner' },
      errors: [{ at: '1970-01-01T00:00:00.000Z', code: 'Error', message: 'outer ← inner', attempt: 5 }],
      redriveOf: null,
      headers: message.headers,
      payload: '{"number":1}',
      failedAt: '1970-01-01T00:00:00.000Z',
    });
  });

  it('has the whole history of errors and the id of the dead letter it was redriven from', () => {
    const earlier = [1, 2, 3, 4].map((attempt) => attemptError(new Error('no'), attempt, new Date(0)));
    const headers = { ...message.headers, 'redrive-of': 'letter-1', 'retry-attempts': '4' };
    const letter = deadLetterOf({ ...message, headers }, { ...failure, earlier });
    expect(letter.errors.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(letter).toMatchObject({ redriveOf: 'letter-1', headers: message.headers });
    expect(Object.keys(letter.headers)).toEqual(Object.keys(message.headers));
  });

  it('has an id that is stable for a message and differs by consumer, topic, partition, offset and timestamp', () => {
    expect(deadLetterId(message)).toBe('18877111-0de3-8ebd-bc0e-ae3850256284');
    const others = [
      { consumer: 'other' },
      { topic: 'other' },
      { partition: 4 },
      { offset: '9007199254740992' },
      { timestamp: '1763800000001' },
    ].map((other) => deadLetterId({ ...message, ...other }));
    expect(new Set([deadLetterId(message), ...others]).size).toBe(6);
  });

  it('keeps bytes that are not text as base64, and null as null', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00]);
    const letter = deadLetterOf({ ...message, value: bytes }, failure);
    expect(letter.payload).toBe(bytes.toString('base64'));
    expect(letter.headers['dead-letter-payload-encoding']).toBe('base64');
    expect(deadLetterOf({ ...message, value: null, key: null }, failure)).toMatchObject({
      payload: null,
      key: null,
    });
  });

  it.each([
    ['a long text', Buffer.from('ü'.repeat(1_000_000))],
    ['control characters', Buffer.alloc(1_000_000)],
    ['bytes', Buffer.alloc(1_000_000, 0xff)],
  ])('always fits into a message: %s', (_what, value) => {
    const headers = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`header-${index}`, '\u0001'.repeat(5_000)]),
    );
    const error = Object.assign(new Error('x'.repeat(100_000)), { code: 'y'.repeat(10_000) });
    const letter = deadLetterOf(
      { ...message, value, headers: { ...headers, ce_id: 'event-1' } },
      { ...failure, error },
    );
    expect(Buffer.byteLength(JSON.stringify(letter))).toBeLessThan(900_000);
    expect(letter.headers['ce_id']).toBe('event-1');
    expect(letter.headers['dead-letter-payload-bytes']).toBe(String(value.length));
  });

  it.each([
    ['control characters', '\u0001'.repeat(200_000)],
    ['characters of several bytes', '\u{1f600}漢'.repeat(100_000)],
  ])('always fits into a message, and its names into an index: %s', (_what, long) => {
    const headers = { ce_id: long, ce_type: long, 'redrive-of': long, [long]: long };
    const letter = deadLetterOf({ ...message, key: Buffer.from(long), headers }, failure);
    expect(Buffer.byteLength(JSON.stringify(letter))).toBeLessThan(900_000);
    for (const text of [letter.key, letter.eventType, letter.headers['ce_type']]) {
      expect(Buffer.byteLength(String(text))).toBeLessThanOrEqual(1_024);
      expect(long.startsWith(String(text))).toBe(true);
    }
    // A cut id could be the id of another event.
    expect([letter.eventId, letter.redriveOf]).toEqual([null, null]);
  });

  it('replaces a lone surrogate, which JSON accepts and Postgres rejects', () => {
    const headers = { ...message.headers, ce_source: `a\ud83d` };
    expect(deadLetterOf({ ...message, headers }, failure).headers['ce_source']).toBe('a\ufffd');
  });

  it('describes the thrown value by its code or its class, and by at most five causes', () => {
    const described = (error: unknown) => deadLetterOf(message, { ...failure, error }).error;
    expect(described('text')).toEqual({ code: 'unknown', message: 'text' });
    expect(described(undefined)).toEqual({ code: 'unknown', message: '' });
    expect(described(Object.assign(new TypeError('no'), { code: 'mine' }))).toMatchObject({ code: 'mine' });
    expect(described(Object.assign(new TypeError('no'), { code: 7 }))).toMatchObject({ code: 'TypeError' });
    expect(described(new Error('no', { cause: null })).message).toBe('no');
    expect(described(new Error('no', { cause: 'text' })).message).toBe('no ← text');
    let error = new Error('7');
    for (let depth = 6; depth >= 0; depth -= 1) error = new Error(String(depth), { cause: error });
    expect(described(error).message).toBe('0 ← 1 ← 2 ← 3 ← 4 ← 5');
  });

  it('cuts the code of an error at 100 characters and its message at 2,000', () => {
    const error = Object.assign(new Error('x'.repeat(2_001)), { code: 'y'.repeat(101) });
    expect(deadLetterOf(message, { ...failure, error }).error).toEqual({
      code: 'y'.repeat(100),
      message: 'x'.repeat(2_000),
    });
  });

  it('handles an error whose chain of causes is circular', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(deadLetterOf(message, { ...failure, error }).error.message).toContain('loop');
  });
});
