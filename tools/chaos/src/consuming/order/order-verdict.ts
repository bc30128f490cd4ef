import { unless } from '../support/unless.ts';
import { type Throughput } from './throughput.ts';

/** The result of a group's events. */
export interface KeyedRun {
  readonly keys: number;
  readonly events: number;
  /** Events that fail, temporarily or permanently. */
  readonly failing: number;
  readonly forGood: number;
  /** Different events that were handled, or became dead letters. */
  readonly finished: number;
  readonly inversions: number;
  /** An example of an inversion. */
  readonly example: string | undefined;
  /** Attempts of events that were already finished. */
  readonly again: number;
  /** Different events with a dead letter. */
  readonly letters: number;
  /** Dead letters of events that would have succeeded. */
  readonly wrongLetters: number;
}

export interface OrderRun {
  /** One event in twenty fails, of any key. */
  readonly anywhere: KeyedRun;
  /** The same number of failures, all of one key in twenty. */
  readonly troubled: KeyedRun;
  /** Without failures: the reference for the other keys of `troubled`. */
  readonly undisturbed: KeyedRun;
  /** Of the keys that never fail. */
  readonly throughput: Throughput | undefined;
}

export const LEAST_SHARE = 0.9;
/** The minimum share of failing events; with fewer failures, the run proves less than it claims. */
const LEAST_FAILING = 0.045;

/** Returns every broken promise. */
export function faultsOfOrder({ anywhere, troubled, undisturbed, throughput }: OrderRun): readonly string[] {
  return [
    ...faultsOfKeys('failures anywhere', anywhere),
    ...faultsOfKeys('failures of one key in twenty', troubled),
    ...faultsOfKeys('no failures', undisturbed),
    ...[anywhere, troubled].flatMap(({ failing, events }) =>
      unless([failing >= events * LEAST_FAILING, `only ${failing} of ${events} events were to fail`]),
    ),
    ...faultsOfThroughput(throughput),
  ];
}

function faultsOfKeys(where: string, run: KeyedRun): readonly string[] {
  const { events, finished, inversions, example, letters, forGood, wrongLetters } = run;
  return unless(
    [finished === events, `${where}: ${events - finished} of ${events} events lost`],
    [inversions === 0, `${where}: ${inversions} inversions, e.g. ${example}`],
    [letters === forGood, `${where}: ${letters} dead letters for ${forGood} events that always fail`],
    [wrongLetters === 0, `${where}: ${wrongLetters} dead letters for events that would have succeeded`],
  );
}

function faultsOfThroughput(throughput: Throughput | undefined): readonly string[] {
  if (throughput === undefined) return ['no throughput was measured'];
  const share = throughput.beside / throughput.without;
  return unless([
    share >= LEAST_SHARE,
    `other keys have ${share.toFixed(2)} of their throughput, less than ${LEAST_SHARE}`,
  ]);
}
