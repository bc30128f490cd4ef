import { percentile } from '../platform/percentile.ts';
import { type AttackName } from './attack-names.ts';
import { type Sample } from './others.ts';

const MOST_TIMES_SLOWER = 3;
/** So fast is always fast enough: three times of next to nothing is nothing. */
const ALWAYS_FAST_MS = 50;
/** So long after a replica has stopped, requests may fail or be slow: until it is known to hang. */
export const NOTICED_WITHIN_MS = 2_000;

export interface Latency {
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

export interface AttackRun {
  readonly attack: AttackName;
  /** Of the other clients before the attack. */
  readonly quiet: readonly Sample[];
  readonly meanwhile: readonly Sample[];
  /** Gateways that are not the process that they were before. */
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

/** The samples that the promise is about: with a hung replica, those from when it must have been noticed on. */
export function judged({ attack, meanwhile }: AttackRun): readonly Sample[] {
  return attack === 'hung-replica'
    ? meanwhile.filter(({ begunAt }) => begunAt >= NOTICED_WITHIN_MS)
    : meanwhile;
}

/** Why an attack has hurt others; none: it has not. @param isQuiet whether latency can be judged on this machine */
export function faultsOfAttack(run: AttackRun, isQuiet: boolean): readonly string[] {
  const [quiet, meanwhile] = [latencyOf(run.quiet), latencyOf(judged(run))];
  const most = Math.max(MOST_TIMES_SLOWER * quiet.p99, ALWAYS_FAST_MS);
  const unless = (holds: boolean, fault: string) => (holds ? [] : [fault]);
  return [
    ...unless(run.restarted === 0, `${run.restarted} gateways did not live through it`),
    ...unless(quiet.failed === 0, `${quiet.failed} requests of others failed before the attack`),
    ...unless(meanwhile.requests > 0, 'the others sent nothing meanwhile'),
    ...unless(
      meanwhile.failed === 0,
      `${meanwhile.failed} of ${meanwhile.requests} requests of others failed`,
    ),
    ...unless(
      !isQuiet || meanwhile.p99 <= most,
      `others' p99 was ${meanwhile.p99.toFixed(0)} ms, more than ${most.toFixed(0)} ms`,
    ),
  ];
}
