import { describe, expect, it } from '@jest/globals';
import { retryTopicsOf } from '@groundwork/contracts';
import { RetryPolicy, RetrySchedule } from '@groundwork/dlq';
import { numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { MemorySink } from '../../test/test-consumer.ts';
import { unlimited } from '../../test/unlimited.ts';
import { untouchedStarts } from '../../test/untouched-starts.ts';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type OutgoingMessage } from '../kafka/outgoing-message.ts';
import { ParkedKeys } from '../retry/parked-keys.ts';
import { RetryPublisher } from '../retry/retry-publisher.ts';
import { RetryRoutes } from '../retry/retry-routes.ts';
import { AttemptHeldError } from '../started-attempts/attempt-held.error.ts';
import { NO_METRICS } from './consumer-metrics.ts';
import { type Next } from './record-delivery.ts';
import { RecordProcessor } from './record-processor.ts';

const type = numberedOn('orders');
const DELAYS = [{ name: '1s', ms: 1_000 }];

/** Creates a consumer whose handler, broker and dead letter sink fail when the test tells them to. */
function consumer() {
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
    retryPolicy: new RetryPolicy(),
    retryRoutes: new RetryRoutes({
      schedule: new RetrySchedule(DELAYS),
      topics,
      keyOrder: 'block-key',
      publisher,
    }),
    deadLetters,
    logger: SILENT,
    metrics: NO_METRICS,
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
  };
  const delivery = processor.deliveryOf(record, state, untouchedStarts(), unlimited());
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
  return { broker, deadLetters, handler, attempt, isBlocked };
}

const failure = (flags: object = {}) => Object.assign(new Error('no'), flags);

describe('the delivery of an event to a group with retry topics', () => {
  it('is done only once its copy is durable, and does not handle the event again meanwhile', async () => {
    const { broker, handler, attempt, isBlocked } = consumer();
    handler.error = failure();
    broker.failing = true;
    expect(await attempt()).toEqual(['leave', 'wait', 'hold']);
    expect(await attempt()).toEqual(['wait', 'hold']);
    broker.failing = false;
    expect(await attempt()).toEqual(['wait', 'done']);
    expect(handler.calls).toBe(1);
    expect(broker.published).toHaveLength(1);
    expect(broker.published[0]).toMatchObject({ topic: 'shop.retry.1s', headers: { 'retry-attempts': '1' } });
    expect(isBlocked()).toBe(true);
  });

  it('is done only once its dead letter is durable, and does not handle the event again meanwhile', async () => {
    const { deadLetters, handler, attempt, isBlocked, broker } = consumer();
    handler.error = failure({ retryable: false });
    deadLetters.failing = true;
    expect(await attempt()).toEqual(['hold']);
    expect(await attempt()).toEqual(['hold']);
    deadLetters.failing = false;
    expect(await attempt()).toEqual(['done']);
    expect(handler.calls).toBe(1);
    expect([...deadLetters.letters.values()]).toMatchObject([{ attempts: 1, eventId: 'event-1' }]);
    expect(broker.published).toEqual([]);
    expect(isBlocked()).toBe(false);
  });

  it('uses no attempt while infrastructure is unavailable', async () => {
    const { broker, handler, attempt } = consumer();
    handler.error = failure({ retryable: true, infrastructure: true });
    for (let hold = 0; hold < 10; hold += 1) expect(await attempt()).toEqual(['hold']);
    handler.error = failure();
    expect(await attempt()).toEqual(['leave', 'wait', 'done']);
    expect(broker.published[0]?.headers).toMatchObject({ 'retry-attempts': '1' });
  });

  it('uses no attempt, and proves nothing about infrastructure, when a pause held it up before it started', async () => {
    const { broker, handler, attempt, isBlocked } = consumer();
    handler.error = new AttemptHeldError();
    const held = attempt();
    handler.error = undefined;
    expect(await held).toEqual(['wait', 'done']);
    expect([broker.published, isBlocked()]).toEqual([[], false]);
  });
});
