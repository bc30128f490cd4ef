import { type Ledger } from '@groundwork/load';
import { type FaultKind } from './fault-plan.ts';
import { type LaggingTopic } from './group-lag.ts';
import { type EventCounts } from './published-events.ts';

export interface EventsRun {
  readonly ledger: Ledger;
  /** Number of orders to place. */
  readonly orders: number;
  /** Different events on the topics. */
  readonly published: EventCounts;
  /** Events that were published again, and once more at the end. */
  readonly copies: number;
  /** Events that are recorded in the inboxes. */
  readonly remembered: EventCounts;
  /** Topics with records that a group had not finished at the end. */
  readonly lagging: readonly LaggingTopic[];
  readonly deadLetters: number;
  readonly planned: readonly FaultKind[];
  readonly done: Readonly<Record<FaultKind, number>>;
}

/** Returns every broken promise. */
export function faultsOfEvents(run: EventsRun): readonly string[] {
  const { ledger, orders, published, remembered, lagging, deadLetters } = run;
  const all = published.placed + published.reserved + published.outcomes;
  return [
    ...unless(ledger.accepted === orders, `${ledger.accepted} orders accepted, not ${orders}`),
    ...unless(ledger.stored === orders, `${ledger.stored} orders stored, not ${orders}`),
    ...unless(ledger.lost.length === 0, `lost: ${ledger.lost.length}, e.g. ${ledger.lost[0]}`),
    ...unless(
      ledger.duplicated.length === 0,
      `duplicated: ${ledger.duplicated.length}, e.g. ${ledger.duplicated[0]}`,
    ),
    ...unless(published.placed === orders, `${published.placed} orders were published, not ${orders}`),
    ...unless(published.outcomes === orders, `${published.outcomes} outcomes were published, not ${orders}`),
    ...(['placed', 'reserved', 'outcomes'] as const).flatMap((kind) =>
      unless(
        remembered[kind] === published[kind],
        `${kind}: ${published[kind]} events published, ${remembered[kind]} in the inbox`,
      ),
    ),
    ...lagging.map(({ group, topic, records }) => `${group} has not finished ${records} records of ${topic}`),
    ...unless(deadLetters === 0, `${deadLetters} dead letters`),
    // A run with fewer faults than planned proves less than it claims.
    ...unless(run.copies >= Math.floor(all / 50), `${run.copies} of ${all} events were published again`),
    ...missingFaults(run),
  ];
}

function missingFaults({ planned, done }: EventsRun): readonly string[] {
  return [...Map.groupBy(planned, (kind) => kind)].flatMap(([kind, times]) =>
    unless(done[kind] === times.length, `${kind}: ${done[kind]} times, not ${times.length}`),
  );
}

function unless(holds: boolean, fault: string): readonly string[] {
  return holds ? [] : [fault];
}
