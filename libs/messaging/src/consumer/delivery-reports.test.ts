import { retryHeadersOf } from '@groundwork/dlq';
import { describe, expect, it, jest } from '@jest/globals';
import { numbered, numberedOn } from '../../test/numbered.ts';
import { testDelivery, type TestDeliveryOptions } from '../../test/test-delivery.ts';
import { AnotherAtWorkError } from '../started-attempts/another-at-work.error.ts';
import { AssignmentOverError } from '../started-attempts/assignment-over.error.ts';
import { AttemptHeldError } from '../started-attempts/attempt-held.error.ts';
import { type StartedAttempts } from '../started-attempts/started-attempts.ts';
import { NO_METRICS } from './consumer-metrics.ts';
import { SILENT } from '../../test/silent-logger.ts';

const TYPE = 'com.groundwork.test.numbered.v1';
const EVENT = { type: TYPE, eventId: 'event-1', topic: 'orders', partition: 0, offset: '10' };
const TEXT = expect.any(String);

const failure = (flags: object = {}) => Object.assign(new Error('no'), flags);
const unavailable = failure({ retryable: true, infrastructure: true });

/** Creates a delivery, and records what it counts and logs. */
function reporting(options: TestDeliveryOptions = {}) {
  const delivered = jest.fn();
  const [warn, error] = [jest.fn(), jest.fn()];
  const made = testDelivery({
    ...options,
    metrics: { ...NO_METRICS, delivered },
    logger: { ...SILENT, warn, error },
  });
  return {
    ...made,
    next: () => made.delivery.attempt(),
    counted: () => delivered.mock.calls,
    warnings: () => warn.mock.calls,
    errors: () => error.mock.calls,
  };
}

/** Attempts that cannot start now. */
const startsThatReject = (error: Error) =>
  ({ run: () => Promise.reject(error) }) as unknown as StartedAttempts;

describe('a delivery reports', () => {
  it('a handled event as processed, and logs nothing', async () => {
    const { next, counted, warnings, errors } = reporting();
    expect(await next()).toEqual({ kind: 'done' });
    expect([counted(), warnings(), errors()]).toEqual([[[TYPE, 'processed']], [], []]);
  });

  it('an event of another consumer as skipped: it was not tried, and events behind it may continue', async () => {
    const { next, counted, parked } = reporting({ record: { headers: { ce_type: Buffer.from('other') } } });
    const reach = jest.spyOn(parked, 'reach');
    expect(await next()).toEqual({ kind: 'done', untried: true });
    expect(counted()).toEqual([['other', 'skipped']]);
    expect(reach).toHaveBeenCalledTimes(1);
  });

  it('an event behind a parked event of its key as parked: it was not tried', async () => {
    const { next, counted, parked, broker, attempt } = reporting();
    parked.add({ topic: 'orders', lane: 'orders key', offset: 9n }, 1);
    expect(await next()).toEqual({ kind: 'leave', untried: true });
    expect(counted()).toEqual([[TYPE, 'parked']]);
    expect(await attempt()).toEqual(['wait', 'done']);
    expect(broker.published.map(({ topic }) => topic)).toEqual(['shop.parked']);
  });

  it('nothing about an event that is read again while its copy waits', async () => {
    const { next, counted, parked, broker } = reporting();
    parked.add({ topic: 'orders', lane: 'orders key', offset: 10n }, 1);
    expect(await next()).toEqual({ kind: 'done', untried: true });
    expect([counted(), broker.published]).toEqual([[], []]);
  });

  it('a failed event as retried, with its attempt, before it moves to a retry topic', async () => {
    const { handler, next, counted, warnings } = reporting();
    handler.error = failure();
    expect(await next()).toEqual({ kind: 'leave' });
    expect(counted()).toEqual([[TYPE, 'retried']]);
    expect(warnings()).toEqual([[{ ...EVENT, err: handler.error, attempt: 1 }, TEXT]]);
  });

  it('each attempt in place, and then the dead letter with its origin', async () => {
    const { handler, next, counted, warnings, errors, deadLetters } = reporting({ retryTopics: false });
    handler.error = failure();
    expect(await next()).toEqual({ kind: 'again', afterMs: 10 });
    expect(warnings()).toEqual([[{ ...EVENT, err: handler.error, attempt: 1, afterMs: 10 }, TEXT]]);
    expect(await next()).toEqual({ kind: 'done' });
    expect(counted()).toEqual([
      [TYPE, 'retried'],
      [TYPE, 'dead-lettered'],
    ]);
    const [letter] = [...deadLetters.letters.values()];
    expect(letter).toMatchObject({
      consumer: 'shop',
      topic: 'orders',
      partition: 0,
      offset: '10',
      attempts: 2,
    });
    expect(errors()).toEqual([[{ ...EVENT, deadLetter: letter!.id, error: letter!.error }, TEXT]]);
  });

  it('a message without a type as `none`: it becomes a dead letter', async () => {
    const { next, counted, deadLetters } = reporting({ record: { headers: {} } });
    expect(await next()).toEqual({ kind: 'done' });
    expect(counted()).toEqual([['none', 'dead-lettered']]);
    expect(deadLetters.letters.size).toBe(1);
  });

  it('the origin of an event that used all its attempts on retry topics', async () => {
    const origin = { topic: 'orders', partition: 0, offset: '3', timestamp: '5' };
    const headers = {
      ...numbered(numberedOn('orders'), 'key', 1).headers,
      ...retryHeadersOf({ origin, attempts: 1, dueAt: 0, errors: [] }),
    };
    const { handler, next, deadLetters } = reporting({ record: { topic: 'shop.retry.1s', headers } });
    handler.error = failure();
    expect(await next()).toEqual({ kind: 'done' });
    expect([...deadLetters.letters.values()]).toMatchObject([{ topic: 'orders', offset: '3', attempts: 2 }]);
  });

  it('the first of ten holds, and counts all of them', async () => {
    const { handler, next, counted, warnings } = reporting();
    handler.error = unavailable;
    const delays: number[] = [];
    for (let hold = 1; hold <= 11; hold += 1) {
      const held = await next();
      expect(held).toMatchObject({ kind: 'hold', error: unavailable });
      if (held.kind === 'hold') delays.push(held.afterMs);
    }
    expect(counted()).toEqual(Array.from({ length: 11 }, () => [TYPE, 'held']));
    expect(warnings()).toEqual([1, 11].map((holds) => [{ ...EVENT, err: unavailable, holds }, TEXT]));
    expect(delays[4]).toBeGreaterThan(delays[0]!);
  });

  it('a new outage after a failure from its first hold', async () => {
    const { handler, next, warnings } = reporting({ retryTopics: false });
    const outcomes: unknown[] = [];
    for (const error of [unavailable, unavailable, failure(), unavailable]) {
      handler.error = error;
      outcomes.push((await next()).kind);
    }
    expect(outcomes).toEqual(['hold', 'hold', 'again', 'hold']);
    expect(warnings().map(([fields]) => fields)).toMatchObject([{ holds: 1 }, { attempt: 1 }, { holds: 1 }]);
  });

  it('the first of ten holds that only it meets, as an error', () => {
    const { delivery, counted, errors } = reporting();
    for (let hold = 1; hold <= 11; hold += 1) delivery.noteHeldAlone(unavailable);
    expect(counted()).toEqual(Array.from({ length: 11 }, () => [TYPE, 'held-alone']));
    const line = [{ ...EVENT, err: unavailable, holds: 0 }, TEXT];
    expect(errors()).toEqual([line, line]);
  });
});

describe('a delivery that cannot start', () => {
  const over = Promise.resolve();

  it.each([
    [
      'waits until an event that runs alone has ended',
      new AnotherAtWorkError(over),
      { kind: 'wait', sooner: over },
    ],
    ['waits for the end of a pause', new AttemptHeldError(), { kind: 'wait', afterMs: 0 }],
    ['is left to the next owner of the partition', new AssignmentOverError(), { kind: 'again', afterMs: 0 }],
  ])('%s', async (_name, error, expected) => {
    const { next, counted, warnings, handler } = reporting({ starts: startsThatReject(error) });
    expect(await next()).toMatchObject(expected);
    expect([counted(), warnings(), handler.calls]).toEqual([[], [], 0]);
  });
});

describe('events without a key', () => {
  it('are in lanes of their own, with and without retry topics', () => {
    const lanes = [true, false].map(
      (retryTopics) => testDelivery({ retryTopics, record: { key: null } }).delivery.lane,
    );
    expect(lanes).toEqual(['offset 10', 'offset 10']);
  });
});
