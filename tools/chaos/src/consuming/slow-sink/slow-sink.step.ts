import { type Load } from '@groundwork/flow-control';
import { eventually, type TestKafka } from '@groundwork/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { type Findings, type Step, type StepOptions } from '../step.ts';
import { every } from '../support/every.ts';
import { createGroup, type Group } from '../support/group.ts';
import { withKafka } from '../support/with-kafka.ts';
import { Child } from './child.ts';
import { GroupWatch } from './group-watch.ts';
import { EVENT_BYTES, HIGH, MOST_TOPIC_BYTES } from './pressure.ts';
import { type Production } from './production.ts';
import { type Sample } from './sample.ts';
import { slowRunOf } from './slow-run.ts';
import { faultsOfSlowSink, inMib, type SlowRun, type SlowSinkRun } from './slow-sink-verdict.ts';

const MIB = 1_024 * 1_024;
const DELAYS = [{ name: '1s', ms: 1_000 }];
const STARTED_WITHIN_MS = 90_000;
const TOLD_EVERY_MS = 30_000;
const MAX_WARM_UP_MS = 60_000;
/** What the objects of a waiting message take in addition to its content, at most. */
const OBJECTS_BYTES = 2_560;
const FETCHED = Math.ceil(MIB / 500);
/** One fetch of a partition, which may arrive when the buffer is just below the watermark. */
const FETCH: Load = { items: FETCHED, bytes: MIB + FETCHED * OBJECTS_BYTES };

/**
 * The consumers with a slow sink. The load that may wait is the high watermark of each (`watermarksOf` in `libs/messaging`),
 * plus one fetch.
 */
const CONSUMERS = [
  { name: 'one by one', batch: 1, mayHold: { items: 1_000 + FETCH.items, bytes: 4 * MIB + FETCH.bytes } },
  { name: 'in batches', batch: 50, mayHold: { items: 50_000 + FETCH.items, bytes: 32 * MIB + FETCH.bytes } },
];
const STREAM = { name: 'stream', mayHold: { items: HIGH.items, bytes: HIGH.bytes + EVENT_BYTES } };

/** Sinks of ten events a second behind a producer of 20,000: two consumers and a stream, each in its own process. */
export const slowSink: Step = {
  title: 'Sinks of 10 events a second, a producer of 20,000',
  run: (options) => withKafka(async (kafka) => findingsOf(await hold(kafka, options))),
};

interface Slow {
  readonly name: string;
  readonly mayHold: Load;
  readonly child: Child<Sample>;
  readonly group?: Group;
}

async function hold(kafka: TestKafka, options: StepOptions): Promise<SlowSinkRun> {
  // One partition: the sink's whole input comes from it, so a consumer fetches every two minutes instead of every ten.
  const topic = kafka.uniqueName('numbered');
  const groups = await Promise.all(CONSUMERS.map(() => createGroup(kafka, DELAYS, { topic, partitions: 1 })));
  const producer = new Child<Production>('producer.process.ts', [kafka.brokers[0] as string, topic]);
  const slow: Slow[] = [];
  try {
    await eventually(() => producer.reports.length > 0, { within: STARTED_WITHIN_MS });
    slow.push(...CONSUMERS.map((way, n) => consumer(way, groups[n] as Group)));
    slow.push({ ...STREAM, child: new Child('slow-stream.process.ts', []) });
    await eventually(() => slow.every(({ child }) => child.reports.length > 0), {
      within: STARTED_WITHIN_MS,
    });
    return await watch(kafka, slow, producer, options);
  } finally {
    await Promise.all([producer, ...slow.map(({ child }) => child)].map((child) => child.stop()));
  }
}

function consumer({ name, mayHold, batch }: (typeof CONSUMERS)[number], group: Group): Slow {
  const { type, ...ofGroup } = group;
  const args = [JSON.stringify({ ...ofGroup, topic: type.topic }), `${batch}`];
  return { name, mayHold, group, child: new Child('slow-consumer.process.ts', args) };
}

async function watch(
  kafka: TestKafka,
  slow: readonly Slow[],
  producer: Child<Production>,
  { minutes, say }: StepOptions,
): Promise<SlowSinkRun> {
  const groupIds = slow.flatMap(({ group }) => group?.groupId ?? []);
  const groups = await GroupWatch.begin(kafka.brokers, groupIds);
  const told = every(TOLD_EVERY_MS, () => say(`    ${progressOf(slow, producer)}`));
  try {
    const totalMs = minutes * 60_000;
    await pause(totalMs);
    const warmUpMs = Math.min(MAX_WARM_UP_MS, totalMs / 4);
    const runs = slow.map(({ name, mayHold, child, group }) =>
      slowRunOf(
        { name, mayHold, end: child.end },
        child.reports.filter(({ atMs }) => atMs >= warmUpMs),
        group && groups.stateOf(group.groupId),
      ),
    );
    return { runs, production: productionOf(producer) };
  } finally {
    told.stop();
    await groups.stop();
  }
}

function productionOf(producer: Child<Production>): Production {
  return producer.reports.at(-1) ?? { published: 0, bytes: 0, seconds: 0, isFull: false };
}

function progressOf(slow: readonly Slow[], producer: Child<Production>): string {
  const sinks = slow.map(({ name, child }) => {
    const { handled = 0, residentBytes = 0 } = child.reports.at(-1) ?? {};
    return `${name} ${handled}, ${inMib(residentBytes)}`;
  });
  return `${productionOf(producer).published} published; handled: ${sinks.join('; ')}`;
}

function findingsOf(run: SlowSinkRun): Findings {
  const { published, bytes, seconds, isFull } = run.production;
  const rested = isFull
    ? `; then it paused: the topic had reached its ${inMib(MOST_TOPIC_BYTES)} on the disk, and the consumers had read less than a hundredth of them`
    : '';
  return {
    figures: run,
    faults: faultsOfSlowSink(run),
    rows: [
      [
        'producer',
        `${published} events in ${seconds.toFixed(0)} s, ${(published / seconds).toFixed(0)} a second, ${inMib(bytes)}${rested}`,
      ],
      ...run.runs.flatMap(rowsOf),
    ],
  };
}

function rowsOf(run: SlowRun): readonly (readonly [string, string])[] {
  const { name, seconds, handled, held, mayHold, resident, live, member } = run;
  return [
    [
      name,
      `${handled} events in ${seconds.toFixed(0)} s after the warm-up; held at most ${held.items} (of ${mayHold.items}), ` +
        `${inMib(held.bytes)} (of ${inMib(mayHold.bytes)})`,
    ],
    ['', `resident ${memoryText(resident)}; live ${memoryText(live)}`],
    ...(member === undefined
      ? []
      : [
          [
            '',
            `${member.joins} join, ${member.restarts} restarts, ${member.livenessFailures} times counted as hanging; ` +
              `${member.answers} answers of the broker: ${member.otherMembers} other members, ${member.unstable} unstable`,
          ] as const,
        ]),
  ];
}

function memoryText({ startBytes, growthBytes, slopeBytes, points }: SlowRun['resident']): string {
  return `${inMib(startBytes)} + at most ${inMib(growthBytes)}, ${inMib(slopeBytes)} a minute (${points} samples)`;
}
