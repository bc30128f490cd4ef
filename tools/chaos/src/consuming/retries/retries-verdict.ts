import { type RetryDelay } from '@groundwork/dlq';
import { isQuiet, type Machine } from '../../platform/machine.ts';
import { unless } from '../support/unless.ts';
import { type Lateness } from './lateness.ts';

export interface RetriesRun {
  /** Each of them fails in every attempt. */
  readonly events: number;
  /** The promised number of attempts of each event. */
  readonly attempts: number;
  /** Events with more or fewer attempts. */
  readonly otherwiseTried: number;
  readonly lateness: readonly Lateness[];
  /** Different events with a dead letter. */
  readonly letters: number;
  /** Messages with dead letters, including copies. */
  readonly letterRecords: number;
  /** The faults in the histories of dead letters. */
  readonly historyFaults: readonly string[];
  /** How often the process was reported as hanging. */
  readonly livenessFailures: number;
}

/** Delays up to this many ms are short: only for these is a lateness in milliseconds promised. */
const SHORT_MS = 5_000;
export const LATEST_MS = 300;

/** The lateness of retries is judged only on an idle machine. */
export function judgesLateness(delay: RetryDelay, machine: Machine): boolean {
  return delay.ms <= SHORT_MS && isQuiet(machine);
}

/** Returns every broken promise. */
export function faultsOfRetries(run: RetriesRun, machine: Machine): readonly string[] {
  const { events, otherwiseTried, letters, letterRecords, historyFaults, livenessFailures } = run;
  return unless(
    [otherwiseTried === 0, `${otherwiseTried} of ${events} events did not have ${run.attempts} attempts`],
    ...run.lateness.map(
      ({ delay, early }) => [early === 0, `${early} retries after ${delay.name} came early`] as const,
    ),
    ...run.lateness.filter(({ delay }) => judgesLateness(delay, machine)).map(isInTime),
    [letters === events, `${letters} of ${events} events became dead letters`],
    [letterRecords === letters, `${letterRecords} dead letters were published for ${letters} events`],
    [historyFaults.length === 0, `histories: ${historyFaults.length} wrong, e.g. ${historyFaults[0]}`],
    [livenessFailures === 0, `waiting events counted as a hanging process ${livenessFailures} times`],
  );
}

function isInTime({ delay, p99 }: Lateness): readonly [boolean, string] {
  return [p99 <= LATEST_MS, `retries after ${delay.name}: p99 ${p99} ms late, more than ${LATEST_MS} ms`];
}
