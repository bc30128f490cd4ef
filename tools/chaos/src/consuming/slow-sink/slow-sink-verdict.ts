import { type Load } from '@groundwork/flow-control';
import { unless } from '../support/unless.ts';
import { type GroupState } from './group-watch.ts';
import { EVENT_BYTES, PER_SECOND, SINK_PER_SECOND } from './pressure.ts';
import { type Production } from './production.ts';
import { type Membership } from './sample.ts';
import { type Trend } from './trend.ts';

/** What a process with a slow sink was seen doing. */
export interface SlowRun {
  readonly name: string;
  /** After warming up. */
  readonly seconds: number;
  /** Taken by the sink in these. */
  readonly handled: number;
  /** The most that was seen waiting for the sink. */
  readonly held: Load;
  /** What may wait: the high watermark, and what arrives at once. */
  readonly mayHold: Load;
  readonly resident: Trend;
  readonly live: Trend;
  /** How it ended, if it did by itself. */
  readonly end: string | undefined;
  /** Of a consumer. */
  readonly member: (Membership & GroupState) | undefined;
}

export interface SlowSinkRun {
  readonly runs: readonly SlowRun[];
  readonly production: Production;
}

const MIB = 1_024 * 1_024;
const OFFERED_A_MINUTE = PER_SECOND * EVENT_BYTES * 60;
/** A buffer that kept what is offered would grow by 690 MiB a minute; one that kept a hundredth of it is none that is bounded. */
const MOST_SLOPE_BYTES = OFFERED_A_MINUTE / 100;
/** In less time a single fetch makes a slope; growth is judged all the same. */
const LEAST_SLOPE_SECONDS = 120;
/**
 * What is bounded still moves: a fetch of 1 MiB becomes some 1,700 events, which go one by one until there is room for the next;
 * and the process keeps garbage until it collects it. 32 MiB are three seconds of what is offered, 8 MiB two fetches as objects.
 */
const MOST_RESIDENT_GROWTH_BYTES = 32 * MIB;
const MOST_LIVE_GROWTH_BYTES = 8 * MIB;
/** Waiting between two events is not the sink's; less would say that it did not have what to do. */
const LEAST_BUSY = 0.8;
/** A producer that is not a thousand times as fast as the sink proves nothing. */
const LEAST_TIMES_FASTER = 1_000;
/** Samples come every second, and collections every ten. */
const LEAST_SAMPLED = 0.5;

/** Every promise that was not kept. */
export function faultsOfSlowSink({ runs, production }: SlowSinkRun): readonly string[] {
  const { published, seconds } = production;
  const leastPublished = SINK_PER_SECOND * LEAST_TIMES_FASTER * seconds;
  return [
    ...unless([
      published > 0 && published >= leastPublished,
      `only ${(published / seconds).toFixed(0)} events a second were published`,
    ]),
    ...runs.flatMap((run) => faultsOfRun(run).map((fault) => `${run.name}: ${fault}`)),
  ];
}

function faultsOfRun(run: SlowRun): readonly string[] {
  const { seconds, handled, held, mayHold, end, resident, live } = run;
  return [
    ...unless(
      [end === undefined, `its process ended with ${end}`],
      [
        handled >= SINK_PER_SECOND * LEAST_BUSY * seconds,
        `its sink had ${handled} events in ${seconds.toFixed(0)} s`,
      ],
      [held.items <= mayHold.items, `${held.items} items were held, more than ${mayHold.items}`],
      [held.bytes <= mayHold.bytes, `${held.bytes} bytes were held, more than ${mayHold.bytes}`],
      [resident.points >= seconds * LEAST_SAMPLED, `${resident.points} samples in ${seconds.toFixed(0)} s`],
      [live.points >= (seconds / 10) * LEAST_SAMPLED, `${live.points} samples of live memory`],
    ),
    ...faultsOfMemory('resident memory', resident, seconds, MOST_RESIDENT_GROWTH_BYTES),
    ...faultsOfMemory('live memory', live, seconds, MOST_LIVE_GROWTH_BYTES),
    ...(run.member === undefined ? [] : faultsOfMember(run.member)),
  ];
}

function faultsOfMemory(
  what: string,
  { growthBytes, slopeBytes }: Trend,
  seconds: number,
  mostGrowth: number,
): readonly string[] {
  return unless(
    [growthBytes <= mostGrowth, `${what} grew by ${inMib(growthBytes)}, more than ${inMib(mostGrowth)}`],
    [
      slopeBytes <= MOST_SLOPE_BYTES || seconds < LEAST_SLOPE_SECONDS,
      `${what} rose by ${inMib(slopeBytes)} a minute, more than ${inMib(MOST_SLOPE_BYTES)}`,
    ],
  );
}

function faultsOfMember(member: Membership & GroupState): readonly string[] {
  const { joins, restarts, livenessFailures, answers, otherMembers, unstable } = member;
  return unless(
    [joins === 1, `it was given its partitions ${joins} times`],
    [restarts === 0, `it began anew ${restarts} times`],
    [livenessFailures === 0, `it said that it hangs ${livenessFailures} times`],
    [answers > 0, 'the broker never said who the members are'],
    [otherMembers === 0, `the broker named other members ${otherMembers} times`],
    [unstable === 0, `the group was not stable ${unstable} times`],
  );
}

export function inMib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
