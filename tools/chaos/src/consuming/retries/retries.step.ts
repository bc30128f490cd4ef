import { eventually } from '@groundwork/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { type Findings, type Step, type StepOptions } from '../step.ts';
import { every } from '../support/every.ts';
import { createGroup, type Group, join, PARTITIONS, producerTo } from '../support/group.ts';
import { type Letters, readLetters } from '../support/letters.ts';
import { numbered } from '../support/numbered.ts';
import { Refused } from '../support/refused.ts';
import { withKafka } from '../support/with-kafka.ts';
import { REAL, SCALED, totalMs } from './delays.ts';
import { codeOf, historyFault } from './history-fault.ts';
import { latenessOf } from './lateness.ts';
import { faultsOfRetries, judgesLateness, LATEST_MS, type RetriesRun } from './retries-verdict.ts';

const EVENTS = 300;
/**
 * Events are published one after the other: simultaneous failures would share the publishing and fetching of their retries.
 */
const EVERY_MS = 33;
const SETTLED_WITHIN_MS = 60_000;
const TOLD_EVERY_MS = 20_000;
const ASKED_EVERY_MS = 1_000;

/** Events that fail in every attempt, each with its own key, pass through all retry topics and become dead letters. */
export const retries: Step = {
  title: 'Events that always fail are retried after each delay, and become dead letters',
  run: (options) =>
    withKafka(async (kafka) => {
      const group = await createGroup(kafka, options.realDelays ? REAL : SCALED);
      const letters = await readLetters(kafka.brokers, kafka.uniqueName('letters'));
      try {
        return findingsOf(await failAlways(group, letters, options), options);
      } finally {
        await letters.stop();
      }
    }),
};

async function failAlways(group: Group, letters: Letters, { say }: StepOptions): Promise<RetriesRun> {
  const attempts = new Map<string, number[]>();
  let livenessFailures = 0;
  const member = await join(group, ({ id }) => {
    const times = attempts.get(id) ?? [];
    attempts.set(id, times);
    // Read last, so that everything after it is the consumer's own time.
    throw new Refused(codeOf(times.push(Date.now())));
  });
  const asking = every(ASKED_EVERY_MS, () =>
    member.expectProgress().catch(() => void (livenessFailures += 1)),
  );
  const told = every(TOLD_EVERY_MS, () =>
    say(`    ${attempts.size} events, ${sum(attempts)} attempts, ${letters.records} dead letters`),
  );
  try {
    await publishAll(group);
    await untilAllHaveLetters(group, letters, say);
    return runOf(group, attempts, letters, livenessFailures);
  } finally {
    told.stop();
    asking.stop();
    await member.close();
  }
}

async function publishAll({ type, brokers }: Group): Promise<void> {
  const producer = producerTo(brokers);
  for (let number = 0; number < EVENTS; number += 1) {
    await producer.publish([
      numbered(type, { key: `key-${number}`, number, partition: number % PARTITIONS }),
    ]);
    await pause(EVERY_MS);
  }
  await producer.close();
}

/** The verdict reports what is missing after the timeout. */
async function untilAllHaveLetters(
  { delays }: Group,
  letters: Letters,
  say: StepOptions['say'],
): Promise<void> {
  const within = totalMs(delays) + SETTLED_WITHIN_MS;
  await eventually(() => letters.records >= EVENTS, { within, every: 250 }).catch(() =>
    say(`    after ${within / 1_000} s not every event has become a dead letter`),
  );
}

function runOf(
  { delays }: Group,
  attempts: ReadonlyMap<string, number[]>,
  letters: Letters,
  livenessFailures: number,
): RetriesRun {
  const promised = delays.length + 1;
  const all = [...letters.byId.values()];
  return {
    events: EVENTS,
    attempts: promised,
    otherwiseTried: EVENTS - [...attempts.values()].filter(({ length }) => length === promised).length,
    lateness: delays.map((delay, index) => latenessOf(delay, index, attempts.values())),
    letters: new Set(all.map(({ eventId }) => eventId)).size,
    letterRecords: letters.records,
    historyFaults: all.flatMap((letter) => {
      const fault = historyFault(letter, attempts.get(letter.eventId ?? '') ?? []);
      return fault === undefined ? [] : [`${fault} (dead letter ${letter.id})`];
    }),
    livenessFailures,
  };
}

function findingsOf(run: RetriesRun, { machine }: StepOptions): Findings {
  return {
    figures: run,
    faults: faultsOfRetries(run, machine),
    rows: [
      ['events', `${run.events}, of which ${run.events - run.otherwiseTried} had ${run.attempts} attempts`],
      ...run.lateness.map(({ delay, retries, early, p50, p99, max }): readonly [string, string] => [
        `after ${delay.name} (${delay.ms / 1_000} s)`,
        `${retries} retries, ${early} early, late by p50 ${p50} ms, p99 ${p99} ms, at most ${max} ms${judgesLateness(delay, machine) ? `; judged: p99 ≤ ${LATEST_MS} ms` : '; not judged'}`,
      ]),
      [
        'dead letters',
        `${run.letterRecords} for ${run.letters} events, ${run.historyFaults.length} without their complete history`,
      ],
      ['counted as hanging', `${run.livenessFailures} times`],
    ],
  };
}

function sum(attempts: ReadonlyMap<string, number[]>): number {
  return [...attempts.values()].reduce((count, { length }) => count + length, 0);
}
