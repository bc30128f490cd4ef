import { unless } from '../support/unless.ts';

export interface OutageRun {
  /** How long nobody was to take letters. */
  readonly seconds: number;
  readonly awaySeconds: number;
  /** Letters that could not be put meanwhile, attempts counted. */
  readonly refused: number;
  readonly events: number;
  /** Different events that were handled, or of which a letter is on the topic. */
  readonly finished: number;
  /** Events that fail for good. */
  readonly failing: number;
  /** Different letters on the topic. */
  readonly letters: number;
  /** Different events that they are about; none of those that succeed. */
  readonly lettered: number;
  /** Messages on the topic, copies of letters included. */
  readonly letterRecords: number;
  /** How often committed offsets were compared with events that were waiting for their letters. */
  readonly comparisons: number;
  /** How often a committed offset had passed one, and such a one. */
  readonly passed: number;
  readonly example: string | undefined;
  readonly inversions: number;
  /** Events that should have gone on: published in the first half of the outage. */
  readonly shouldGoOn: number;
  /** Those of them that were not handled before its end. */
  readonly heldUp: number;
  /** Events of the partition that waits for its letters, handled meanwhile. */
  readonly besideLetters: number;
  /** Records that the group had not finished in the end. */
  readonly lag: number;
}

/** Every promise that was not kept. */
export function faultsOfOutage(run: OutageRun): readonly string[] {
  const { events, finished, failing, letters, lettered, passed, inversions } = run;
  return unless(
    [run.awaySeconds >= run.seconds, `letters could be put again after ${run.awaySeconds.toFixed(1)} s`],
    [run.refused > 0, 'no letter was refused'],
    [run.comparisons > 0, 'no committed offset was looked at while a letter was outstanding'],
    [passed === 0, `offsets passed events without a letter ${passed} times, e.g. ${run.example}`],
    [finished === events, `${events - finished} of ${events} events lost`],
    [lettered === failing, `${lettered} of ${failing} events that fail for good have a letter`],
    [letters === lettered, `${letters} letters of ${lettered} events`],
    [inversions === 0, `${inversions} events were tried before an earlier one of their key was done`],
    [run.shouldGoOn > 0, 'nothing was there to go on'],
    [run.heldUp === 0, `${run.heldUp} of ${run.shouldGoOn} events of other keys and partitions were held up`],
    [run.lag === 0, `${run.lag} records were not finished`],
  );
}
