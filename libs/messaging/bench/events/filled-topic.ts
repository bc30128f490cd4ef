import { type EventType } from '@groundwork/contracts';
import { type TestKafka } from '@groundwork/testing';
import { type Numbered, numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { KafkaEventProducer } from '../../src/kafka/kafka-event-producer.ts';

const PARTITIONS = 4;
const KEYS = 1_000;
const AT_ONCE = 2_000;

/** Creates a topic with this number of events, each with a unique id, spread evenly over the partitions and 1,000 keys. */
export async function fillTopic(kafka: TestKafka, count: number): Promise<EventType<Numbered>> {
  const type = numberedOn(kafka.uniqueName('numbered'));
  await kafka.createTopic(type.topic, PARTITIONS);
  const producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'bench', logger: SILENT });
  for (let from = 0; from < count; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => from + n);
    await producer.publish(
      numbers.map((n) => numbered(type, `key-${n % KEYS}`, n, { slot: (((n % KEYS) * 4_096) / KEYS) | 0 })),
    );
  }
  await producer.close();
  return type;
}

/** Measures the time from the first arrival to the last. It does not count the first events: they waited for the group. */
export class Stopwatch {
  private first: { readonly at: number; readonly count: number } | undefined;
  private seen = 0;
  private readonly end = Promise.withResolvers<{ elapsedMs: number }>();

  constructor(private readonly expected: number) {}

  count(events: number): void {
    this.seen += events;
    this.first ??= { at: performance.now(), count: this.seen };
    if (this.seen < this.expected || this.seen - events >= this.expected) return;
    const elapsedMs = performance.now() - this.first.at;
    // Extrapolates to all events.
    this.end.resolve({ elapsedMs: (elapsedMs * this.expected) / (this.expected - this.first.count) });
  }

  /** Resolves when the expected number of events has arrived. */
  get done(): Promise<{ elapsedMs: number }> {
    return this.end.promise;
  }
}
