import { faultLines } from '../format-faults.ts';
import { formatLedger } from '@groundwork/load';
import { type EventsRun } from './events-verdict.ts';

/** Formats the result of a run for people. */
export function formatEvents(run: EventsRun, seconds: number, faults: readonly string[]): string {
  const { published, remembered, copies, lagging, deadLetters, done } = run;
  const total = published.placed + published.reserved + published.outcomes;
  const known = remembered.placed + remembered.reserved + remembered.outcomes;
  const unfinished = lagging.reduce((sum, { records }) => sum + records, 0);
  const rows = [
    ['events', `${total} published, ${copies} of them three times; ${known} in the inboxes`],
    ['left over', `${unfinished} records unfinished, ${deadLetters} dead letters`],
    [
      'broken',
      Object.entries(done)
        .map(([kind, times]) => `${times} × ${kind}`)
        .join(', '),
    ],
  ] as const;
  return [
    formatLedger(`Events, with faults (${seconds.toFixed(0)} s)`, run.ledger).trimEnd(),
    ...rows.map(([name, value]) => `    ${name.padEnd(12)}${value}`),
    ...faultLines(faults).map((line) => `  ${line}`),
  ].join('\n');
}
