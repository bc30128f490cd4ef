import { type KafkaMessage } from 'kafkajs';
import { type ConsumerMetrics, NO_METRICS } from '../src/consumer/consumer-metrics.ts';
import { PartitionPipeline, type TakeOver } from '../src/consumer/partition-pipeline.ts';
import { type Next } from '../src/consumer/record-delivery.ts';
import { type RecordProcessor } from '../src/consumer/record-processor.ts';
import { type EventBatch } from '../src/events/event-batch.ts';
import { type KafkaRecord } from '../src/events/kafka-record.ts';
import { type MessagingLogger } from '../src/logger.ts';
import { ParkedKeys } from '../src/retry/parked-keys.ts';
import { type PartitionState } from '../src/retry/retry-routes.ts';
import { type StartedAttempts } from '../src/started-attempts/started-attempts.ts';
import { SILENT } from './silent-logger.ts';
import { untouchedStarts } from './untouched-starts.ts';

/** The previous owner of a partition has shut down cleanly. */
export const SHUT_DOWN_CLEANLY: TakeOver = { ownerDied: false };

export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export function messageOf(offset: number, key = `key-${offset}`, bytes = 1): KafkaMessage {
  const value = Buffer.alloc(bytes);
  return { key: Buffer.from(key), value, timestamp: '0', attributes: 0, offset: String(offset), headers: {} };
}

export const messagesOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => messageOf(from + index));

export interface TestPipelineOptions {
  readonly concurrency?: number;
  readonly batchLimit?: number;
  readonly starts?: StartedAttempts;
  /** Without a processor, attempts end when the test ends them. */
  readonly processor?: RecordProcessor;
  readonly predecessor?: PartitionPipeline;
  readonly parked?: ParkedKeys;
  readonly handlerTimeoutMs?: number;
  readonly maxGap?: number;
  readonly partitions?: number;
  readonly logger?: MessagingLogger;
  readonly metrics?: ConsumerMetrics;
  readonly progressed?: () => void;
}

/** Creates a pipeline that is still shut, with a log of what it does. */
export function testPipeline({
  concurrency = 16,
  batchLimit,
  starts = untouchedStarts(),
  processor,
  predecessor,
  parked = new ParkedKeys(),
  handlerTimeoutMs = 30_000,
  maxGap = 100_000,
  partitions = 1,
  logger = SILENT,
  metrics = NO_METRICS,
  progressed = () => undefined,
}: TestPipelineOptions = {}) {
  const log: string[] = [];
  const running = new Map<string, (next: Next) => void>();
  const batches: PromiseWithResolvers<void>[] = [];
  const handled: EventBatch<unknown>[] = [];
  let full = () => false;
  const handler = {
    eventType: { type: 'test' },
    limit: batchLimit,
    handleBatch: (batch: EventBatch<unknown>) => {
      log.push(`batch of ${batch.size}`);
      handled.push(batch);
      batches.push(Promise.withResolvers());
      return batches.at(-1)?.promise;
    },
  };
  const endedByTheTest = {
    deliveryOf: ({ offset, key }: KafkaRecord, { isFull }: PartitionState) => {
      full = isFull;
      return {
        lane: String(key),
        attempt: () =>
          new Promise<Next>((resolve) => {
            log.push(`start ${offset}`);
            running.set(offset, resolve);
          }),
      };
    },
    batchHandlerOf: () => handler,
    isFree: ({ key, offset }: KafkaRecord) =>
      !parked.isBlocked({ topic: 'orders', lane: String(key), offset: BigInt(offset) }),
    options: { metrics, logger },
  } as unknown as RecordProcessor;
  const made = new PartitionPipeline({
    of: { topic: 'orders', partition: 0 },
    processor: processor ?? endedByTheTest,
    parked,
    concurrency,
    pause: () => log.push('pause'),
    resume: () => log.push('resume'),
    seek: (offset) => log.push(`seek ${offset}`),
    note: ({ offset }) => log.push(`note ${offset}`),
    progressed,
    starts,
    lost: () => log.push('lost'),
    takesBatches: batchLimit !== undefined,
    partitions,
    handlerTimeoutMs,
    maxGap,
    predecessor,
  });
  return {
    made,
    log,
    end: async (offset: number, next: Next = { kind: 'done' }) => {
      running.get(String(offset))?.(next);
      await settled();
    },
    /** The batches that were handled, in order. */
    handled,
    /** Whether fetching has stopped because too many messages wait, as deliveries see it. */
    isFull: () => full(),
    /** Ends the running batch. */
    endBatch: async (error?: unknown) => {
      if (error === undefined) batches.at(-1)?.resolve();
      else batches.at(-1)?.reject(error);
      await settled();
    },
  };
}

/** Creates a pipeline that opens as soon as its predecessor has ended, with an empty log. */
export function openPipeline(options: TestPipelineOptions = {}) {
  const tested = testPipeline(options);
  const open = () => tested.made.open(undefined, SHUT_DOWN_CLEANLY);
  if (options.predecessor === undefined) open();
  else void tested.made.predecessorEnded.then(open);
  tested.log.length = 0;
  return tested;
}
