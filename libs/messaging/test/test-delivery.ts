import { retryTopicsOf } from '@groundwork/contracts';
import { RetryPolicy, RetrySchedule } from '@groundwork/dlq';
import { type ConsumerMetrics, NO_METRICS } from '../src/consumer/consumer-metrics.ts';
import { type Next } from '../src/consumer/record-delivery.ts';
import { RecordProcessor } from '../src/consumer/record-processor.ts';
import { type KafkaRecord } from '../src/events/kafka-record.ts';
import { type OutgoingMessage } from '../src/kafka/outgoing-message.ts';
import { type MessagingLogger } from '../src/logger.ts';
import { ParkedKeys } from '../src/retry/parked-keys.ts';
import { RetryPublisher } from '../src/retry/retry-publisher.ts';
import { RetryRoutes } from '../src/retry/retry-routes.ts';
import { type StartedAttempts } from '../src/started-attempts/started-attempts.ts';
import { numbered, numberedOn } from './numbered.ts';
import { SILENT } from './silent-logger.ts';
import { MemorySink } from './test-consumer.ts';
import { unlimited } from './unlimited.ts';
import { untouchedStarts } from './untouched-starts.ts';

const type = numberedOn('orders');
const DELAYS = [{ name: '1s', ms: 1_000 }];

export interface TestDeliveryOptions {
  /** Whether the group has retry topics. Otherwise it retries twice in place. */
  readonly retryTopics?: boolean;
  /** Changes the record, which is an event of the handled type. */
  readonly record?: Partial<KafkaRecord>;
  readonly starts?: StartedAttempts;
  readonly metrics?: ConsumerMetrics;
  readonly logger?: MessagingLogger;
}

/** Creates a delivery whose handler, broker and dead letter sink fail when the test tells them to. */
export function testDelivery({
  retryTopics = true,
  record: changes,
  starts = untouchedStarts(),
  metrics = NO_METRICS,
  logger = SILENT,
}: TestDeliveryOptions = {}) {
  const broker = { failing: false, published: [] as OutgoingMessage[] };
  const deadLetters = new MemorySink();
  const handler: { error: unknown; calls: number } = { error: undefined, calls: 0 };
  const topics = retryTopicsOf('shop', DELAYS);
  const publisher = new RetryPublisher(
    {
      publish: (messages) => {
        if (broker.failing) return Promise.reject(new Error('no broker'));
        return Promise.resolve(void broker.published.push(...messages));
      },
      close: () => Promise.resolve(),
    },
    topics,
  );
  const processor = new RecordProcessor({
    groupId: 'shop',
    handlers: new Map([
      [
        type.type,
        {
          eventType: type,
          handle: () => {
            handler.calls += 1;
            return handler.error === undefined ? Promise.resolve() : Promise.reject(handler.error as Error);
          },
        },
      ],
    ]),
    retryPolicy: new RetryPolicy({ attempts: 2, backoff: { firstMs: 10, factor: 1, maxMs: 10, jitter: 0 } }),
    retryRoutes: retryTopics
      ? new RetryRoutes({
          schedule: new RetrySchedule(DELAYS),
          topics,
          keyOrder: 'block-key',
          publisher,
        })
      : undefined,
    deadLetters,
    logger,
    metrics,
  });
  const state = { parked: new ParkedKeys(), isFull: () => false };
  const { value, headers } = numbered(type, 'key', 1, { id: 'event-1' });
  const record: KafkaRecord = {
    topic: 'orders',
    partition: 0,
    offset: '10',
    timestamp: '7',
    key: Buffer.from('key'),
    value: Buffer.from(String(value)),
    headers,
    ...changes,
  };
  const delivery = processor.deliveryOf(record, state, starts, unlimited());
  /** Runs attempts until the delivery is done or held. */
  const attempt = async (): Promise<Next['kind'][]> => {
    const kinds: Next['kind'][] = [];
    for (;;) {
      const next = await delivery.attempt();
      kinds.push(next.kind);
      if (next.kind === 'wait') await next.sooner;
      else if (next.kind !== 'leave') return kinds;
    }
  };
  const isBlocked = () => state.parked.isBlocked({ topic: 'orders', lane: 'orders key', offset: 11n });
  return { broker, deadLetters, handler, parked: state.parked, delivery, attempt, isBlocked };
}
