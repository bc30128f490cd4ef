import { Topics } from '@groundwork/contracts';
import { createTopics, DeadLetterTopic } from '@groundwork/messaging';
import { eventually } from '@groundwork/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { lagOf } from '../../events/group-lag.ts';
import { SILENT } from '../../platform/silent-logger.ts';
import { type Findings, type Step, type StepOptions } from '../step.ts';
import { createGroup, type Group, join, producerTo } from '../support/group.ts';
import { type Letters, readLetters } from '../support/letters.ts';
import { NotedLetters, numberIn } from '../support/noted-letters.ts';
import { type OwnKafka, withKafka } from '../support/with-kafka.ts';
import { CommittedOffsets } from './committed-offsets.ts';
import { nameOf, Observed } from './observed.ts';
import { faultsOfOutage, type OutageRun } from './outage-verdict.ts';
import { failsForGood, plannedEvent } from './planned-events.ts';
import { Publishing } from './publishing.ts';

const DELAYS = [300, 600].map((ms) => ({ name: `${ms}ms`, ms }));
const PER_SECOND = 200;
/** How long dead letters are stored before their broker is killed and after it is back. */
const BESIDE_MS = 5_000;
const SETTLED_WITHIN_MS = 120_000;

/**
 * Events and dead letters on separate brokers. The dead letters' broker is killed and restarted while one event in twenty on
 * two partitions needs a dead letter: at once on the first, after its retries on the second.
 */
export const deadLetters: Step = {
  title: 'Dead letters that cannot be stored for a while',
  run: (options) =>
    withKafka((kafka) =>
      withKafka(async (ofLetters) => {
        const group = await createGroup(kafka, DELAYS);
        await createTopics(ofLetters.brokers, [Topics.deadLetters], SILENT);
        return findingsOf(await breakLetters(group, ofLetters, options));
      }),
    ),
};

async function breakLetters(group: Group, ofLetters: OwnKafka, options: StepOptions): Promise<OutageRun> {
  const observed = new Observed(DELAYS.length + 1);
  const sink = new NotedLetters(new DeadLetterTopic(producerTo(ofLetters.brokers)), (letter) =>
    observed.lettered(letter),
  );
  const member = await join(group, (event) => observed.handle(event), { deadLetters: sink });
  const offsets = await CommittedOffsets.watch(group, observed.unlettered);
  const publishing = new Publishing(group, PER_SECOND);
  try {
    await pause(BESIDE_MS);
    const outage = await killFor(ofLetters, observed, publishing, options);
    const refused = sink.refused;
    await pause(BESIDE_MS);
    const events = await publishing.stop();
    const letters = await readLetters(ofLetters.brokers, ofLetters.uniqueName('letters'));
    const lag = await settle(group, observed, events, letters, options);
    await letters.stop();
    return { ...outage, ...booksOf(observed, events, letters), ...offsets.seen, refused, lag };
  } finally {
    await publishing.stop();
    await offsets.stop();
    await member.close();
  }
}

/** @returns what happened during the outage */
async function killFor(
  ofLetters: OwnKafka,
  observed: Observed,
  publishing: Publishing,
  { seconds, say }: StepOptions,
) {
  const [from, beside] = [publishing.count, observed.besideLetters];
  await ofLetters.kill();
  const killedAt = performance.now();
  say(`    the broker of the dead letters is killed; ${seconds} s without it`);
  await pause((seconds * 1_000) / 2);
  const half = publishing.count;
  await pause((seconds * 1_000) / 2);
  const firstHalf = Array.from({ length: half - from }, (_, n) => plannedEvent(from + n));
  const meanwhile = {
    seconds,
    awaySeconds: (performance.now() - killedAt) / 1_000,
    besideLetters: observed.besideLetters - beside,
    ...observed.heldUpOf(firstHalf),
  };
  say(`    ${observed.unlettered.size} events wait for their dead letters; restarting the broker`);
  await ofLetters.restart();
  return meanwhile;
}

/**
 * Waits until every event is finished.
 *
 * @returns the number of records that the group has not finished
 */
async function settle(
  { brokers, groupId }: Group,
  observed: Observed,
  events: number,
  letters: Letters,
  { say }: StepOptions,
): Promise<number> {
  let lag = Number.NaN;
  const isSettled = async () => {
    lag = await lagOf(brokers, [groupId]);
    if (observed.log.finishedCount < events || observed.unlettered.size > 0) return false;
    return lag === 0 && letters.records >= observed.log.finishedCount - observed.handled.size;
  };
  await eventually(isSettled, { within: SETTLED_WITHIN_MS, every: 500 }).catch(() =>
    say(`    after ${SETTLED_WITHIN_MS / 1_000} s some events are not settled`),
  );
  return lag;
}

/** Counts the finished events at the end: those that were handled or have a dead letter on the topic. */
function booksOf(observed: Observed, events: number, letters: Letters) {
  const planned = Array.from({ length: events }, (_, n) => plannedEvent(n));
  const lettered = new Set(
    [...letters.byId.values()].map((letter) => nameOf({ key: letter.key ?? '', number: numberIn(letter) })),
  );
  return {
    events,
    finished: planned.filter((event) => observed.handled.has(nameOf(event)) || lettered.has(nameOf(event)))
      .length,
    failing: planned.filter(failsForGood).length,
    letters: letters.byId.size,
    lettered: lettered.size,
    letterRecords: letters.records,
    inversions: observed.log.inversions,
  };
}

function findingsOf(run: OutageRun): Findings {
  return {
    figures: run,
    faults: faultsOfOutage(run),
    rows: [
      ['outage', `${run.awaySeconds.toFixed(1)} s, ${run.refused} times a dead letter was rejected`],
      ['events', `${run.events}: ${run.events - run.finished} lost, ${run.inversions} inversions`],
      [
        'dead letters',
        `${run.letters} of ${run.failing} events that fail permanently, ${run.letterRecords - run.letters} copies`,
      ],
      [
        'committed offsets',
        `compared ${run.comparisons} times while dead letters were outstanding: ${run.passed} past an event without its dead letter`,
      ],
      [
        'meanwhile',
        `${run.heldUp} of ${run.shouldGoOn} events of other keys and partitions were held up; ` +
          `${run.besideLetters} were handled on the partition that waits for its dead letters`,
      ],
      ['left over', `${run.lag} records`],
    ],
  };
}
