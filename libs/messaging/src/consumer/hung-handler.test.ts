import { RetryPolicy } from '@groundwork/dlq';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type KafkaMessage } from 'kafkajs';
import { numbered, type Numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { MemorySink } from '../../test/test-consumer.ts';
import { openPipeline } from '../../test/test-pipeline.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { NO_METRICS } from './consumer-metrics.ts';
import { expectProgress } from './liveness.ts';
import { RecordProcessor } from './record-processor.ts';

const LIMIT_MS = 1_000;
const type = numberedOn('orders');

function messageOf(offset: number, ofKey: string): KafkaMessage {
  const { key, value, headers } = numbered(type, ofKey, offset);
  return {
    ...{ key: Buffer.from(String(key)), value: Buffer.from(String(value)), headers },
    ...{ offset: String(offset), timestamp: '0', attributes: 0 },
  };
}

/** Opens a partition. The test handles the events of the key `hangs`; all others succeed at once. */
function partitionWith(hang: (event: IncomingEvent<Numbered>) => Promise<void>, maxGap?: number) {
  const begun: number[] = [];
  const deadLetters = new MemorySink();
  const processor = new RecordProcessor({
    groupId: 'shop',
    handlers: new Map([
      [
        type.type,
        {
          eventType: type,
          handle: (event) => {
            const { key, data } = event as IncomingEvent<Numbered>;
            begun.push(data.number);
            return key === 'hangs' ? hang(event as IncomingEvent<Numbered>) : Promise.resolve();
          },
        },
      ],
    ]),
    retryPolicy: new RetryPolicy({
      attempts: 2,
      backoff: { firstMs: 10, factor: 1, maxMs: 10, jitter: 0 },
    }),
    ...{ deadLetters, logger: SILENT, metrics: NO_METRICS },
  });
  const { made, log } = openPipeline({
    processor,
    handlerTimeoutMs: LIMIT_MS,
    ...(maxGap !== undefined && { maxGap }),
  });
  const take = (from: number, to: number, key = (offset: number) => `key-${offset}`) =>
    made.take(Array.from({ length: to - from }, (_, n) => messageOf(from + n, key(from + n))));
  return { made, log, begun, deadLetters, take };
}

const untilAborted = ({ signal }: IncomingEvent<Numbered>) =>
  new Promise<void>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

describe('a handler that hangs', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('fails liveness even while other handlers make progress', async () => {
    const { made, take } = partitionWith(() => new Promise(() => undefined));
    take(0, 1, () => 'hangs');
    for (let offset = 1; offset <= 60; offset += 1) {
      await jest.advanceTimersByTimeAsync(1_000);
      take(offset, offset + 1);
    }
    expect(() => expectProgress([['orders:0', made]])).not.toThrow();
    await jest.advanceTimersByTimeAsync(1_000);
    take(61, 62);
    expect(() => expectProgress([['orders:0', made]])).toThrow(
      expect.objectContaining({ code: 'no-progress', partition: 'orders:0' }),
    );
  });

  it('has its signal aborted at the limit; its error then counts as an attempt, and the last attempt makes a dead letter', async () => {
    const { made, begun, deadLetters, take } = partitionWith(untilAborted);
    take(0, 1, () => 'hangs');
    await jest.advanceTimersByTimeAsync(LIMIT_MS - 1);
    expect([begun, deadLetters.letters.size]).toEqual([[0], 0]);
    await jest.advanceTimersByTimeAsync(2 * LIMIT_MS + 100);
    expect(begun).toEqual([0, 0]);
    expect([...deadLetters.letters.values()]).toMatchObject([
      { attempts: 2, error: { code: 'handler-timeout' } },
    ]);
    expect(made.uncommitted?.offset).toBe(1n);
  });

  it('uses an attempt even when it reports an infrastructure error after the abort, so that its event is not held for ever', async () => {
    const away = Object.assign(new Error('the connection was cut off'), {
      ...{ code: 'database-unavailable', retryable: true, infrastructure: true },
    });
    const { deadLetters, take } = partitionWith((event) =>
      untilAborted(event).catch(() => Promise.reject(away)),
    );
    take(0, 1, () => 'hangs');
    await jest.advanceTimersByTimeAsync(3 * LIMIT_MS);
    expect([...deadLetters.letters.values()]).toMatchObject([{ error: { code: 'handler-timeout' } }]);
  });

  it('blocks its event and its key while it ignores its signal, and a late success counts as a success', async () => {
    const late = Promise.withResolvers<void>();
    const signals: AbortSignal[] = [];
    const { made, begun, deadLetters, take } = partitionWith(({ data, signal }) => {
      signals.push(signal);
      return data.number === 0 ? late.promise : Promise.resolve();
    });
    take(0, 2, () => 'hangs');
    take(2, 4);
    await jest.advanceTimersByTimeAsync(20 * LIMIT_MS);
    expect([begun, signals.map(({ aborted }) => aborted)]).toEqual([[0, 2, 3], [true]]);
    expect(made.uncommitted?.offset).toBe(0n);
    late.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect([begun, deadLetters.letters.size]).toEqual([[0, 2, 3, 1], 0]);
    expect(made.uncommitted?.offset).toBe(4n);
  });

  it('pauses its partition when too many later events are handled, until it returns', async () => {
    const late = Promise.withResolvers<void>();
    const { made, log, take } = partitionWith(() => late.promise, 100);
    take(0, 1, () => 'hangs');
    take(1, 100);
    await jest.advanceTimersByTimeAsync(0);
    expect(made.pauseReasons).toEqual([]);
    take(100, 150);
    await jest.advanceTimersByTimeAsync(0);
    expect([made.pauseReasons, log.at(-1)]).toEqual([['gap'], 'pause']);
    late.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect([made.pauseReasons, log.at(-1)]).toEqual([[], 'resume']);
    expect(made.uncommitted?.offset).toBe(150n);
  });

  it('fails liveness in the same way when the dead letter sink hangs', async () => {
    const { made, deadLetters, take } = partitionWith(() =>
      Promise.reject(Object.assign(new Error('never'), { code: 'never', retryable: false })),
    );
    deadLetters.put = () => new Promise(() => undefined);
    take(0, 1, () => 'hangs');
    await jest.advanceTimersByTimeAsync(61_000);
    take(1, 2);
    await jest.advanceTimersByTimeAsync(0);
    expect(() => expectProgress([['orders:0', made]])).toThrow(
      expect.objectContaining({ code: 'no-progress' }),
    );
  });
});
