import { RetryPolicy } from '@groundwork/dlq';
import { describe, expect, it } from '@jest/globals';
import { type KafkaMessage } from 'kafkajs';
import { numbered, type Numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { MemorySink } from '../../test/test-consumer.ts';
import { settled, testPipeline } from '../../test/test-pipeline.ts';
import { NO_METRICS } from '../consumer/consumer-metrics.ts';
import { RecordProcessor } from '../consumer/record-processor.ts';
import { StartedAttempts } from './started-attempts.ts';

const type = numberedOn('orders');

/** Returns an event with a key of its own. */
function messageOf(offset: number): KafkaMessage {
  const { key, value, headers } = numbered(type, `key-${offset}`, offset);
  return {
    ...{ key: Buffer.from(String(key)), value: Buffer.from(String(value)), headers },
    ...{ offset: String(offset), timestamp: '0', attributes: 0 },
  };
}

/** Opens a partition whose notes are stored at once, and whose events run until the test ends them. */
function partitionWith(metadata: string, concurrency: number) {
  const begun: number[] = [];
  const running = new Map<number, () => void>();
  const processor = new RecordProcessor({
    groupId: 'shop',
    handlers: new Map([
      [
        type.type,
        {
          eventType: type,
          handle: ({ data }) => {
            const { number } = data as Numbered;
            begun.push(number);
            return new Promise((resolve) => running.set(number, resolve));
          },
        },
      ],
    ]),
    retryPolicy: new RetryPolicy(),
    deadLetters: new MemorySink(),
    logger: SILENT,
    metrics: NO_METRICS,
  });
  const starts = new StartedAttempts({ owner: 'next', maxDeaths: 3, changed: () => setImmediate(store) });
  const { made } = testPipeline({ starts, concurrency, processor });
  const store = () => {
    if (made.uncommitted !== undefined) made.markCommitted(made.uncommitted);
  };
  const ends = { low: 0n, high: 100n };
  made.open({ committed: 0n, from: 0n, metadata, ends }, { ownerDied: true });
  const end = async (number: number) => {
    running.get(number)?.();
    for (let turn = 0; turn < 4; turn += 1) await settled();
  };
  return { made, begun, end };
}

describe('events during which a process has died', () => {
  it('leave the handlers free for other events while they wait for each other', async () => {
    const { made, begun, end } = partitionWith('@dead 0+3:0!', 2);
    made.take([0, 1, 2, 3, 4, 5].map(messageOf));
    await end(-1);
    expect(begun).toEqual([0, 4]);
    await end(4);
    expect(begun).toEqual([0, 4, 5]);
    await end(5);
    for (const number of [0, 1, 2]) {
      await end(number);
      expect(begun.at(-1)).toBe(number + 1);
    }
    await end(3);
    expect(made.uncommitted?.offset).toBe(6n);
  });
});
