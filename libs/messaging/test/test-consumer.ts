import { type TestKafka } from '@groundwork/testing';
import { type EventType } from '@groundwork/contracts';
import { type DeadLetterRecord, type DeadLetterSink, RetryPolicy } from '@groundwork/dlq';
import { KafkaStrategy, type KafkaStrategyOptions } from '../src/consumer/kafka.strategy.ts';
import { KafkaClient } from '../src/kafka/kafka-client.ts';
import { type EventBatch } from '../src/events/event-batch.ts';
import { type IncomingEvent } from '../src/events/incoming-event.ts';
import { type Numbered } from './numbered.ts';
import { SILENT } from './silent-logger.ts';

/** Keeps dead letters in memory; `put` is idempotent. */
export class MemorySink implements DeadLetterSink {
  readonly letters = new Map<string, DeadLetterRecord>();
  puts = 0;
  failing = false;

  put(letter: DeadLetterRecord): Promise<void> {
    this.puts += 1;
    if (this.failing) return Promise.reject(new Error('the sink is failing'));
    this.letters.set(letter.id, letter);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export const QUICK = new RetryPolicy({
  attempts: 3,
  backoff: { firstMs: 20, factor: 2, maxMs: 100, jitter: 0 },
  holdBackoff: { firstMs: 50, factor: 1, maxMs: 50, jitter: 0 },
});

/** Starts a strategy with one handler. */
export function consume(
  kafka: TestKafka,
  type: EventType<Numbered>,
  handler: (event: IncomingEvent<Numbered>) => Promise<void> | void,
  options: Partial<KafkaStrategyOptions> = {},
): KafkaStrategy {
  const strategy = strategyOf(kafka, type, options);
  strategy.addHandler(type.type, async (event: unknown) => handler(event as IncomingEvent<Numbered>), true);
  return listening(strategy);
}

/** Starts a strategy with a handler for each of several types. */
export function consumeTypes(
  kafka: TestKafka,
  handlers: ReadonlyMap<EventType<Numbered>, (event: IncomingEvent<Numbered>) => void>,
  options: Partial<KafkaStrategyOptions> = {},
): KafkaStrategy {
  const [first] = handlers.keys();
  const strategy = strategyOf(kafka, first as EventType<Numbered>, {
    eventTypes: [...handlers.keys()],
    ...options,
  });
  for (const [{ type }, handler] of handlers) {
    strategy.addHandler(type, async (event: unknown) => handler(event as IncomingEvent<Numbered>), true);
  }
  return listening(strategy);
}

/** Starts a strategy with a batch handler of up to `limit` events. */
export function consumeBatches(
  kafka: TestKafka,
  type: EventType<Numbered>,
  limit: number,
  handler: (batch: EventBatch<Numbered>) => Promise<void> | void,
  options: Partial<KafkaStrategyOptions> = {},
): KafkaStrategy {
  const strategy = strategyOf(kafka, type, options);
  const callback = async (batch: unknown) => handler(batch as EventBatch<Numbered>);
  strategy.addHandler(type.type, callback, true, { batch: limit });
  return listening(strategy);
}

function strategyOf(
  kafka: TestKafka,
  type: EventType<Numbered>,
  options: Partial<KafkaStrategyOptions>,
): KafkaStrategy {
  return new KafkaStrategy({
    brokers: kafka.brokers,
    groupId: kafka.uniqueName('group'),
    clientId: 'test',
    logger: SILENT,
    eventTypes: [type],
    retryPolicy: QUICK,
    deadLetters: new MemorySink(),
    ...options,
  });
}

function listening(strategy: KafkaStrategy): KafkaStrategy {
  strategy.listen((error) => {
    if (error !== undefined) throw error;
  });
  return strategy;
}

/** Returns the group's committed offset of each partition; -1 where there is none. */
export async function committedOffsets(
  kafka: TestKafka,
  groupId: string,
  topic: string,
): Promise<Record<number, string>> {
  const client = new KafkaClient({ brokers: kafka.brokers, clientId: 'test-admin', logger: SILENT });
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return Object.fromEntries(
      (offsets?.partitions ?? []).map(({ partition, offset }) => [partition, offset]),
    );
  } finally {
    await admin.disconnect();
    client.destroy();
  }
}
