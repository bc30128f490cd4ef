import { eventually, type TestKafka } from '@groundwork/testing';
import { type Findings, type Step, type StepOptions } from '../step.ts';
import { every } from '../support/every.ts';
import { withKafka } from '../support/with-kafka.ts';
import { anywhere, isTroubled, never, ofTroubledKeys } from './failure-plan.ts';
import { KeyedGroup, type KeyedOptions, KEYS } from './keyed-group.ts';
import { faultsOfOrder, type KeyedRun, LEAST_SHARE, type OrderRun } from './order-verdict.ts';
import { type Throughput, ThroughputMeter } from './throughput.ts';

const SETTLED_WITHIN_MS = 240_000;
const TOLD_EVERY_MS = 15_000;
const EVENTS_OF_KEY = { anywhere: 20, troubled: 30 };
/** Each event waits for 10 ms, four at once for each partition: the handler's concurrency is the bottleneck. */
const SCARCE = { ms: 10, concurrency: 4 };
const AT_ONCE = { ms: 0, concurrency: 16 };

/**
 * A thousand keys of which one event in twenty fails: first on all keys, then only on some keys, beside a group without
 * failures.
 */
export const order: Step = {
  title: 'Failing events keep the order of their key, and others their throughput',
  run: (options) =>
    withKafka(async (kafka) => {
      const spread = await failAnywhere(kafka, options);
      return findingsOf({ anywhere: spread, ...(await compareThroughput(kafka, options)) });
    }),
};

async function failAnywhere(kafka: TestKafka, options: StepOptions): Promise<KeyedRun> {
  const [run] = await runTogether(kafka, options, [
    { eventsOfKey: EVENTS_OF_KEY.anywhere, failures: anywhere, handling: AT_ONCE },
  ]);
  return run as KeyedRun;
}

async function compareThroughput(
  kafka: TestKafka,
  options: StepOptions,
): Promise<Omit<OrderRun, 'anywhere'>> {
  const eventsOfKey = EVENTS_OF_KEY.troubled;
  const others = Array.from({ length: KEYS }, (_, key) => key).filter((key) => !isTroubled(key));
  const meter = new ThroughputMeter(others.length * eventsOfKey);
  const counting = (group: 'without' | 'beside') => (key: number) => {
    if (!isTroubled(key)) meter.count(group);
  };
  const common = { eventsOfKey, handling: SCARCE };
  const [undisturbed, troubled] = await runTogether(kafka, options, [
    { ...common, failures: never, onHandled: counting('without') },
    { ...common, failures: ofTroubledKeys, onHandled: counting('beside') },
  ]);
  return {
    undisturbed: undisturbed as KeyedRun,
    troubled: troubled as KeyedRun,
    throughput: meter.measured,
  };
}

/**
 * Starts all groups at once, and ends when each has finished everything. The verdict reports what is missing after the
 * timeout.
 */
async function runTogether(
  kafka: TestKafka,
  { say }: StepOptions,
  groups: readonly Omit<KeyedOptions, 'begin'>[],
): Promise<KeyedRun[]> {
  const begun = Promise.withResolvers<void>();
  const keyed: KeyedGroup[] = [];
  const told = every(TOLD_EVERY_MS, () =>
    say(`    ${keyed.map(({ finishedCount, total }) => `${finishedCount} of ${total}`).join(', ')} finished`),
  );
  try {
    for (const group of groups) keyed.push(await KeyedGroup.ready(kafka, { ...group, begin: begun.promise }));
    begun.resolve();
    await eventually(() => keyed.every(({ finishedCount, total }) => finishedCount === total), {
      within: SETTLED_WITHIN_MS,
      every: 100,
    }).catch(() => say(`    after ${SETTLED_WITHIN_MS / 1_000} s some events are not finished`));
    return keyed.map((group) => group.result());
  } finally {
    told.stop();
    begun.resolve();
    await Promise.all(keyed.map((group) => group.close()));
  }
}

function findingsOf(run: OrderRun): Findings {
  return {
    figures: run,
    faults: faultsOfOrder(run),
    rows: [
      ['failures anywhere', keysText(run.anywhere)],
      ['failures of 1 key in 20', keysText(run.troubled)],
      ['no failures', keysText(run.undisturbed)],
      ['throughput of other keys', throughputText(run.throughput)],
    ],
  };
}

function keysText(run: KeyedRun): string {
  const { keys, events, failing, forGood, finished, inversions, letters, again } = run;
  return (
    `${keys} keys, ${events} events, ${failing} failing (${forGood} permanently): ${events - finished} lost, ` +
    `${inversions} inversions, ${letters} dead letters, ${again} attempted again after their end`
  );
}

function throughputText(throughput: Throughput | undefined): string {
  if (throughput === undefined) return 'not measured';
  const { without, beside, seconds } = throughput;
  return (
    `${without.toFixed(0)} events a second without failures, ${beside.toFixed(0)} beside them at the same time ` +
    `(${seconds.toFixed(0)} s): ${(beside / without).toFixed(2)}; judged: ≥ ${LEAST_SHARE}`
  );
}
