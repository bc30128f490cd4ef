import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { delaysOf } from '../../test/delays-of.ts';
import { numbered, numberedOn } from '../../test/numbered.ts';
import { retryingGroup } from '../../test/retrying-group.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { committedOffsets, consumeTypes, MemorySink } from '../../test/test-consumer.ts';
import { type KafkaStrategy } from '../consumer/kafka.strategy.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';

const DELAYS = delaysOf(1_000);

describe('after the rollback of a release that added a handler', () => {
  let kafka: TestKafka;
  let producer: KafkaEventProducer;
  const started: KafkaStrategy[] = [];

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(() => {
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((strategy) => strategy.close()));
    await producer.close();
  });

  async function releases() {
    const { type: kept, groupId, redrive, parked } = await retryingGroup(kafka, DELAYS);
    const added = { ...numberedOn(kept.topic), type: 'com.groundwork.test.added.v1' };
    const deadLetters = new MemorySink();
    const options = { groupId, deadLetters, retries: { delays: DELAYS } };
    const fail = () => {
      throw new Error('not today');
    };
    const start = (types: Parameters<typeof consumeTypes>[1]) => {
      const strategy = consumeTypes(kafka, types, options);
      started.push(strategy);
      return strategy;
    };
    const handled: number[] = [];
    const count = ({ data }: { data: { number: number } }) => void handled.push(data.number);
    return {
      ...{ kept, added, handled, redrive, parked, deadLetters },
      startNew: () =>
        start(
          new Map([
            [kept, count],
            [added, fail],
          ]),
        ),
      startOld: () => start(new Map([[kept, count]])),
      committed: async (topic: string) => (await committedOffsets(kafka, groupId, topic))[0],
      retry: `${groupId}.retry.1000ms`,
    };
  }

  it('an event that waits for its retry becomes a dead letter with its history, and its key continues', async () => {
    const { kept, added, handled, deadLetters, startNew, startOld, committed, retry } = await releases();
    const withHandler = startNew();
    await producer.publish([numbered(added, 'key', 1, { id: 'event-1' }), numbered(kept, 'key', 2)]);
    await eventually(async () => (await committed(kept.topic)) === '2');
    await withHandler.close();
    startOld();
    await eventually(async () => (await committed(retry)) === '1');
    expect([...deadLetters.letters.values()]).toMatchObject([
      {
        eventId: 'event-1',
        topic: kept.topic,
        offset: '0',
        error: { code: 'event-without-handler' },
        errors: [{ message: 'not today' }, { code: 'event-without-handler' }],
      },
    ]);
    await eventually(() => handled.includes(2));
  });

  it.each(['parked', 'redrive'] as const)('an event on the topic %s becomes a dead letter', async (queue) => {
    const { added, deadLetters, startOld, committed, ...topics } = await releases();
    const { slot: _slot, ...event } = numbered(added, 'key', 1, { id: 'event-1' });
    await producer.publish([{ ...event, topic: topics[queue], partition: 0 }]);
    startOld();
    await eventually(async () => (await committed(topics[queue])) === '1');
    expect([...deadLetters.letters.values()]).toMatchObject([
      { eventId: 'event-1', error: { code: 'event-without-handler' } },
    ]);
  });

  it('a type without a handler on the topic of the events is still skipped, because another group handles it', async () => {
    const { kept, added, handled, deadLetters, startOld, committed } = await releases();
    startOld();
    await producer.publish([numbered(added, 'key', 1), numbered(kept, 'key', 2)]);
    await eventually(async () => (await committed(kept.topic)) === '2');
    expect([handled, deadLetters.letters.size]).toEqual([[2], 0]);
  });
});
