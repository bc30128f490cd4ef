import { unless } from '../support/unless.ts';

export interface OutageRun {
  /** How long the broker of the dead letters should be unavailable. */
  readonly seconds: number;
  readonly awaySeconds: number;
  /** Number of failed attempts to store a dead letter during the outage. */
  readonly refused: number;
  readonly events: number;
  /** Different events that were handled, or that have a dead letter on the topic. */
  readonly finished: number;
  /** Events that fail permanently. */
  readonly failing: number;
  /** Different dead letters on the topic. */
  readonly letters: number;
  /** Different events that have a dead letter; an event that succeeds has none. */
  readonly lettered: number;
  /** Messages on the topic, including copies of dead letters. */
  readonly letterRecords: number;
  /** How often committed offsets were compared with events that were waiting for their dead letters. */
  readonly comparisons: number;
  /** How often a committed offset had passed such an event, and an example. */
  readonly passed: number;
  readonly example: string | undefined;
  readonly inversions: number;
  /** Events that should have continued: published in the first half of the outage. */
  readonly shouldGoOn: number;
  /** Those of them that were not handled before the end of the outage. */
  readonly heldUp: number;
  /** Events handled during the outage on the partition that waits for its dead letters. */
  readonly besideLetters: number;
  /** Records that the group had not finished at the end. */
  readonly lag: number;
}

/** Returns every broken promise. */
export function faultsOfOutage(run: OutageRun): readonly string[] {
  const { events, finished, failing, letters, lettered, passed, inversions } = run;
  return unless(
    [run.awaySeconds >= run.seconds, `the broker was back after ${run.awaySeconds.toFixed(1)} s`],
    [run.refused > 0, 'no dead letter was rejected'],
    [run.comparisons > 0, 'no committed offset was compared while a dead letter was outstanding'],
    [passed === 0, `offsets passed events without a dead letter ${passed} times, e.g. ${run.example}`],
    [finished === events, `${events - finished} of ${events} events lost`],
    [lettered === failing, `${lettered} of ${failing} events that fail permanently have a dead letter`],
    [letters === lettered, `${letters} dead letters for ${lettered} events`],
    [inversions === 0, `${inversions} events were attempted before an earlier one of their key was finished`],
    [run.shouldGoOn > 0, 'there were no events that should continue'],
    [run.heldUp === 0, `${run.heldUp} of ${run.shouldGoOn} events of other keys and partitions were blocked`],
    [run.lag === 0, `${run.lag} records were not finished`],
  );
}
