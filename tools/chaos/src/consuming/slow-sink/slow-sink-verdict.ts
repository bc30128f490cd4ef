import { type Load } from '@groundwork/flow-control';
import { unless } from '../support/unless.ts';
import { type GroupState } from './group-watch.ts';
import { EVENT_BYTES, PER_SECOND, SINK_PER_SECOND } from './pressure.ts';
import { type Production } from './production.ts';
import { type Membership } from './sample.ts';
import { type Trend } from './trend.ts';

/** The observed behaviour of a process with a slow sink. */
export interface SlowRun {
  readonly name: string;
  /** After the warm-up. */
  readonly seconds: number;
  /** Events that the sink handled in this time. */
  readonly handled: number;
  /** The maximum load that waited for the sink. */
  readonly held: Load;
  /** The allowed load: the high watermark, plus what may arrive at once. */
  readonly mayHold: Load;
  readonly resident: Trend;
  readonly live: Trend;
  /** How the process ended, if it ended by itself. */
  readonly end: string | undefined;
  /** Only for a consumer. */
  readonly member: (Membership & GroupState) | undefined;
}

export interface SlowSinkRun {
  readonly runs: readonly SlowRun[];
  readonly production: Production;
}

const MIB = 1_024 * 1_024;
const OFFERED_A_MINUTE = PER_SECOND * EVENT_BYTES * 60;
/**
 * A buffer that kept all offered events would grow by 690 MiB a minute; a buffer that keeps a hundredth of them is not
 * bounded.
 */
const MOST_SLOPE_BYTES = OFFERED_A_MINUTE / 100;
/** Over less time a single fetch causes a slope. Growth is judged in any case. */
const LEAST_SLOPE_SECONDS = 120;
/**
 * A bounded buffer still varies: a fetch of 1 MiB becomes about 1,700 events, which leave one by one until there is room for
 * the next fetch, and the process keeps garbage until it is collected. 32 MiB are three seconds of the offered events, 8 MiB
 * are two fetches as objects.
 */
const MOST_RESIDENT_GROWTH_BYTES = 32 * MIB;
const MOST_LIVE_GROWTH_BYTES = 8 * MIB;
/** The pauses between two events are not part of the sink's work. With a lower share, the sink did not have enough work. */
const LEAST_BUSY = 0.8;
/** The producer must be at least a thousand times as fast as the sink. */
const LEAST_TIMES_FASTER = 1_000;
/** Samples come every second, and collections every ten seconds. */
const LEAST_SAMPLED = 0.5;

/** Returns every broken promise. */
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
        `its sink handled ${handled} events in ${seconds.toFixed(0)} s`,
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
    [joins === 1, `its partitions were assigned ${joins} times`],
    [restarts === 0, `it restarted ${restarts} times`],
    [livenessFailures === 0, `it reported ${livenessFailures} times that it hangs`],
    [answers > 0, 'the broker never named the members'],
    [otherMembers === 0, `the broker named other members ${otherMembers} times`],
    [unstable === 0, `the group was not stable ${unstable} times`],
  );
}

export function inMib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
