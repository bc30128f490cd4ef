import { RetryPolicy, RetrySchedule } from '@groundwork/dlq';
import { retryTopicsOf } from '@groundwork/contracts';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type KafkaMessage } from 'kafkajs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { delaysOf } from '../../test/delays-of.ts';
import { numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { MemorySink } from '../../test/test-consumer.ts';
import { openPipeline, settled } from '../../test/test-pipeline.ts';
import { RetryPublisher } from '../retry/retry-publisher.ts';
import { RetryRoutes } from '../retry/retry-routes.ts';
import { NO_METRICS } from './consumer-metrics.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';
import { RecordProcessor } from './record-processor.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const type = numberedOn('orders');
const RESPONSE_BYTES = 16 * 1_024;
/** Ten collections of all garbage take seconds on a busy machine, also where tests have a short limit. */
const COLLECTIONS_TAKE_MS = 30_000;

/** Returns a message as kafkajs decodes it: its parts are slices of the response. */
function messageIn(response: Buffer, offset: number, ofKey: string): KafkaMessage {
  let used = 0;
  const slice = (text: string) => response.subarray(used, (used += response.write(text, used)));
  const { key, value, headers } = numbered(type, ofKey, offset);
  return {
    key: slice(String(key)),
    value: slice(String(value)),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, slice(String(text))])),
    ...{ offset: String(offset), timestamp: '0', attributes: 0 },
  };
}

/** Opens a partition in which the events of one key wait behind a hanging handler. */
function partitionOf() {
  const delays = delaysOf(1_000);
  const topics = retryTopicsOf('shop', delays);
  const publisher = new RetryPublisher(
    { publish: () => Promise.resolve(), close: () => Promise.resolve() },
    topics,
  );
  const retryRoutes = new RetryRoutes({
    ...{ topics, publisher, keyOrder: 'block-key', schedule: new RetrySchedule(delays) },
  });
  const handle = ({ key }: { key: string }) =>
    key === 'hangs' ? new Promise<void>(() => undefined) : Promise.resolve();
  const processor = new RecordProcessor({
    groupId: 'shop',
    handlers: new Map([[type.type, { eventType: type, handle }]]),
    retryPolicy: new RetryPolicy(),
    ...{ retryRoutes, deadLetters: new MemorySink(), logger: SILENT, metrics: NO_METRICS },
  });
  return openPipeline({ processor }).made;
}

/** Fetches responses that each contain one event that waits and one that does not. */
function fetchInto(pipeline: PartitionPipeline, responses: number): void {
  for (let n = 0; n < responses; n += 1) {
    const response = Buffer.allocUnsafeSlow(RESPONSE_BYTES);
    pipeline.take([messageIn(response, 2 * n, 'hangs')]);
    pipeline.take([messageIn(response.subarray(1_024), 2 * n + 1, `key-${n}`)]);
  }
}

async function heldBytes(): Promise<number> {
  // The memory of buffers is released some turns after their collection.
  for (let turn = 0; turn < 5; turn += 1) {
    collect();
    await settled();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('events that wait', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] }));
  afterEach(() => void jest.useRealTimers());

  it(
    'hold about as much memory as is counted for them, without the responses they were fetched in',
    async () => {
      fetchInto(partitionOf(), 500);
      await jest.advanceTimersByTimeAsync(1_000);
      const before = await heldBytes();
      const pipeline = partitionOf();
      fetchInto(pipeline, 500);
      await jest.advanceTimersByTimeAsync(1_000);
      const held = (await heldBytes()) - before;
      const { load } = pipeline;
      process.stdout.write(
        `${load.items} waiting events: ${load.bytes} bytes counted, ${held} bytes held, ratio ${(held / load.bytes).toFixed(2)}\n`,
      );
      expect(load.items).toBe(500);
      expect(held / load.bytes).toBeLessThan(2);
      expect(held / load.bytes).toBeGreaterThan(0.5);
    },
    COLLECTIONS_TAKE_MS,
  );

  it('are copied, with key, value and headers, once they wait', async () => {
    const pipeline = partitionOf();
    const response = Buffer.allocUnsafeSlow(RESPONSE_BYTES);
    const messages = [messageIn(response, 0, 'hangs'), messageIn(response.subarray(1_024), 1, 'hangs')];
    const before = structuredClone(messages);
    pipeline.take(messages);
    const memories = () =>
      messages.flatMap(({ key, value, headers }) =>
        [key, value, ...Object.values(headers ?? {})].map((content) => (content as Buffer).buffer),
      );
    expect(new Set(memories())).toEqual(new Set([response.buffer]));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(memories()).not.toContain(response.buffer);
    expect(structuredClone(messages)).toEqual(before);
  });
});
