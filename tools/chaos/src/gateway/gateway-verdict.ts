import { percentile } from '../platform/percentile.ts';
import { type AttackName } from './attack-names.ts';
import { type Sample } from './others.ts';

const MOST_TIMES_SLOWER = 3;
/** A latency that is always fast enough: a multiple of a very small value is meaningless. */
const ALWAYS_FAST_MS = 50;
/**
 * For this long after a replica has stopped, requests may fail or be slow, until the gateway detects that the replica hangs.
 */
export const NOTICED_WITHIN_MS = 2_000;

export interface Latency {
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

export interface AttackRun {
  readonly attack: AttackName;
  /** Measured by the other clients before the attack. */
  readonly quiet: readonly Sample[];
  readonly meanwhile: readonly Sample[];
  /** Gateways whose process was replaced during the attack. */
  readonly restarted: number;
}

export const isFailure = ({ status }: Sample): boolean => status < 200 || status > 299;

export function latencyOf(samples: readonly Sample[]): Latency {
  const times = samples.map(({ tookMs }) => tookMs);
  return {
    requests: samples.length,
    failed: samples.filter(isFailure).length,
    p50: percentile(times, 50),
    p99: percentile(times, 99),
  };
}

/**
 * Returns the samples that the promise covers: with a hung replica, those from the time at which the gateway must have
 * detected it.
 */
export function judged({ attack, meanwhile }: AttackRun): readonly Sample[] {
  return attack === 'hung-replica'
    ? meanwhile.filter(({ begunAt }) => begunAt >= NOTICED_WITHIN_MS)
    : meanwhile;
}

/**
 * Returns the reasons why an attack has failed the promise; empty if it has not.
 *
 * @param isQuiet whether latency can be judged on this machine
 */
export function faultsOfAttack(run: AttackRun, isQuiet: boolean): readonly string[] {
  const [quiet, meanwhile] = [latencyOf(run.quiet), latencyOf(judged(run))];
  const most = Math.max(MOST_TIMES_SLOWER * quiet.p99, ALWAYS_FAST_MS);
  const unless = (holds: boolean, fault: string) => (holds ? [] : [fault]);
  return [
    ...unless(run.restarted === 0, `${run.restarted} gateways crashed during the attack`),
    ...unless(quiet.failed === 0, `${quiet.failed} requests of other clients failed before the attack`),
    ...unless(meanwhile.requests > 0, 'the other clients sent no requests during the attack'),
    ...unless(
      meanwhile.failed === 0,
      `${meanwhile.failed} of ${meanwhile.requests} requests of other clients failed`,
    ),
    ...unless(
      !isQuiet || meanwhile.p99 <= most,
      `the other clients' p99 was ${meanwhile.p99.toFixed(0)} ms, more than ${most.toFixed(0)} ms`,
    ),
  ];
}
