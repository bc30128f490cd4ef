import { unless } from '../support/unless.ts';
import { type Throughput } from './throughput.ts';

/** What became of the events of a group. */
export interface KeyedRun {
  readonly keys: number;
  readonly events: number;
  /** Events that fail, at first or for good. */
  readonly failing: number;
  readonly forGood: number;
  /** Different events that were handled, or given up with a letter. */
  readonly finished: number;
  readonly inversions: number;
  /** Of an inversion. */
  readonly example: string | undefined;
  /** Attempts of events that were finished. */
  readonly again: number;
  /** Different events with a letter. */
  readonly letters: number;
  /** Letters about events that would have succeeded. */
  readonly wrongLetters: number;
}

export interface OrderRun {
  /** One event in twenty fails, of whatever key. */
  readonly anywhere: KeyedRun;
  /** As many, all of one key in twenty. */
  readonly troubled: KeyedRun;
  /** Nothing fails: what the other keys of `troubled` are compared with. */
  readonly undisturbed: KeyedRun;
  /** Of the keys that never fail. */
  readonly throughput: Throughput | undefined;
}

export const LEAST_SHARE = 0.9;
/** Of the events, at least so many have to fail, or the run has shown less than it says. */
const LEAST_FAILING = 0.045;

/** Every promise that was not kept. */
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
    [letters === forGood, `${where}: ${letters} dead letters of ${forGood} events that always fail`],
    [wrongLetters === 0, `${where}: ${wrongLetters} dead letters of events that would have succeeded`],
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
