import { randomUUID } from 'node:crypto';
import { retryTopicsOf } from '@groundwork/contracts';
import { type DeadLetterSink } from '@groundwork/dlq';
import { createTopics, type IncomingEvent, KafkaEventProducer, KafkaStrategy } from '@groundwork/messaging';
import { eventually } from '@groundwork/testing';
import kafkajs from 'kafkajs';
import { type Counted, counted, countedOn, SILENT } from '../kafka/counted-events.ts';
import { type Lab } from '../lab.ts';
import { atLeast, count, exactly } from '../readings.ts';
import { FlakyWork, isInvalid } from './flaky-work.ts';
import { NaiveRetries } from './naive-retries.ts';

const KEYS = 10;
const EVENTS_OF_A_KEY = 40;
const DELAYS_MS = [100, 200, 400, 800, 1_600];
const DELAYS = DELAYS_MS.map((ms) => ({ name: `${ms}ms`, ms }));
const FINISHED_WITHIN_MS = 40_000;

const NUMBERS = Array.from({ length: EVENTS_OF_A_KEY }, (_, number) => number);
const KEY_NAMES = Array.from({ length: KEYS }, (_, key) => `account-${key}`);
const EXPECTED = KEYS * NUMBERS.filter((number) => !isInvalid(number)).length;
const INVALID = KEYS * NUMBERS.length - EXPECTED;

export const deadLetters: Lab = {
  name: 'dead-letters',
  pattern: 'Retries and dead letters',
  naiveFailure: 'events of one key overtake each other; hopeless events are tried again and again',
  experiment:
    `${KEYS} accounts have ${EVENTS_OF_A_KEY} events each. Every tenth event fails twice, then succeeds; one event of each account ` +
    `can never be handled. Both versions retry after ${DELAYS_MS.join(', ')} ms.`,
  page: 'docs/dead-letters.md',

  async run({ kafka, progress }) {
    const brokers = await kafka();
    const type = countedOn('lab.events');
    const groupId = 'lab-ours';
    const { retries, parked, redrive } = retryTopicsOf(groupId, DELAYS);
    const topics = [
      { ...parked, name: type.topic },
      { ...parked, name: 'lab.retry' },
      ...retries,
      parked,
      redrive,
    ];
    progress('creating the topics');
    await createTopics(
      brokers,
      topics.map((topic) => ({ ...topic, partitions: 1 })),
      SILENT,
    );
    progress(`publishing ${KEYS * EVENTS_OF_A_KEY} events`);
    const producer = new KafkaEventProducer({ brokers, clientId: 'lab', logger: SILENT });
    await producer.publish(NUMBERS.flatMap((number) => KEY_NAMES.map((key) => counted(type, key, number))));
    await producer.close();

    progress('naive: a counter in the payload and one retry topic');
    const naive = new FlakyWork();
    const retrying = new NaiveRetries(
      new kafkajs.Kafka({ brokers: [...brokers], clientId: 'naive', logLevel: kafkajs.logLevel.NOTHING }),
      { events: type.topic, retry: 'lab.retry' },
      DELAYS_MS,
      (key, number) => naive.do(key, number),
    );
    await retrying.start('lab-naive');
    await untilHandled(naive, () => retrying.deadLetters.length);
    await retrying.close();

    progress('ours: a retry topic for each delay, and parked keys');
    const ours = new FlakyWork();
    const letters = new Set<string>();
    const strategy = new KafkaStrategy({
      ...{ brokers, groupId, clientId: `lab-${randomUUID()}`, logger: SILENT, eventTypes: [type] },
      retries: { delays: DELAYS },
      deadLetters: sinkOf(letters),
    });
    const handle = (event: unknown): Promise<void> => {
      const { key, data } = event as IncomingEvent<Counted>;
      ours.do(key, data.number);
      return Promise.resolve();
    };
    strategy.addHandler(type.type, handle, true);
    strategy.listen((error) => {
      if (error !== undefined) throw error as Error;
    });
    await untilHandled(ours, () => letters.size);
    await strategy.close();

    return {
      measures: [
        {
          what: 'events that are handled after a later event of their account',
          naive: atLeast(1, naive.inversions),
          ours: exactly(0, ours.inversions),
        },
        {
          what: 'attempts spent on an event that no retry mends',
          naive: exactly(DELAYS.length + 1, naive.attemptsOnInvalid),
          ours: exactly(1, ours.attemptsOnInvalid),
        },
        {
          what: `events that are handled, of ${count(EXPECTED)} that can be`,
          naive: exactly(EXPECTED, naive.succeeded),
          ours: exactly(EXPECTED, ours.succeeded),
        },
        {
          what: 'dead letters',
          naive: exactly(INVALID, retrying.deadLetters.length),
          ours: exactly(INVALID, letters.size),
        },
      ],
      plot: {
        title: 'Events that are handled after a later event of their account',
        axis: `events, of ${count(EXPECTED)}`,
        bars: [
          { label: 'naive: one retry topic', value: naive.inversions, version: 'naive' },
          { label: 'ours: parked keys', value: ours.inversions, version: 'ours' },
        ],
      },
    };
  },
};

function sinkOf(letters: Set<string>): DeadLetterSink {
  return {
    put: ({ id }) => {
      letters.add(id);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

async function untilHandled(work: FlakyWork, deadLetterCount: () => number): Promise<void> {
  await eventually(() => work.succeeded === EXPECTED && deadLetterCount() === INVALID, {
    within: FINISHED_WITHIN_MS,
  });
}
