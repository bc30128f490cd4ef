import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeadLettered } from '@groundwork/contracts';
import { type DeadLetterRecord } from '@groundwork/dlq';
import { eventually, readTopic, startTestKafka, testKafka, type TestKafka } from '@groundwork/testing';
import { numbered } from '../../test/numbered.ts';
import { numberedGroup, type NumberedGroup } from '../../test/numbered-group.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { DeadLetterTopic } from './dead-letter-topic.ts';

class Never extends Error {
  readonly code = 'never';
  readonly retryable = false;
}

describe('dead letters while their broker is unavailable', () => {
  let kafka: TestKafka;
  let ofLetters: Awaited<ReturnType<typeof startTestKafka>>;
  let group: NumberedGroup;

  beforeAll(async () => {
    [kafka, ofLetters] = await Promise.all([testKafka(), startTestKafka()]);
    await ofLetters.createTopic(DeadLettered.topic, 1);
  });

  beforeEach(async () => {
    group = await numberedGroup(kafka);
  });

  afterEach(() => group.close());

  afterAll(() => ofLetters.stop());

  it('hold back only the offset of their own partition, and are stored once the broker is back', async () => {
    const producer = new KafkaEventProducer({
      brokers: ofLetters.brokers,
      clientId: 'letters',
      logger: SILENT,
    });
    const of = (partition: number, numbers: number[]) =>
      numbers.map((number) =>
        numbered(group.type, `${partition}-${number}`, number, { slot: partition * 1_024 }),
      );
    const tens = Array.from({ length: 30 }, (_, number) => number);
    const handled: string[] = [];
    await ofLetters.kill();
    await group.producer.publish([...of(0, tens), ...of(1, tens)]);
    const refused = { times: 0 };
    const topic = new DeadLetterTopic(producer);
    group.start(
      ({ key, partition, data }) => {
        if (partition === 0 && data.number % 10 === 5) throw new Never();
        handled.push(key);
      },
      {
        deadLetters: {
          put: (letter) =>
            topic.put(letter).catch((error: unknown) => {
              refused.times += 1;
              throw error;
            }),
          close: () => topic.close(),
        },
      },
    );
    await eventually(async () => (await group.committed())[1] === '30');
    await eventually(() => refused.times >= 6);
    expect(Number((await group.committed())[0])).toBeLessThanOrEqual(5);

    await ofLetters.restart();
    await eventually(async () => (await group.committed())[0] === '30');
    expect(new Set(handled).size).toBe(57);
    const reader = await readTopic(ofLetters.brokers, ofLetters.uniqueName('reader'), DeadLettered.topic);
    await eventually(() => reader.messages.length >= 3);
    const letters = reader.messages.map(({ value }) => JSON.parse(String(value)) as DeadLetterRecord);
    expect(letters.map(({ key }) => key).sort()).toEqual(['0-15', '0-25', '0-5']);
    await reader.stop();
  }, 240_000);
});
