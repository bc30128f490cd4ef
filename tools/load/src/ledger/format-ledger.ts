import { type Ledger } from './ledger.ts';

const SHOWN_FAULTS = 10;

/** Formats the ledger as a table for people, with the first faults. */
export function formatLedger(title: string, ledger: Ledger): string {
  const { lost, duplicated, ...counts } = ledger;
  const rows = Object.entries({ ...counts, lost: lost.length, duplicated: duplicated.length });
  return [
    '',
    `  ${title}`,
    ...rows.map(([name, count]) => `    ${name.padEnd(12)}${String(count).padStart(6)}`),
    ...firstFaults('lost', lost),
    ...firstFaults('duplicated', duplicated),
    '',
  ].join('\n');
}

function firstFaults(kind: string, faults: readonly string[]): readonly string[] {
  const shown = faults.slice(0, SHOWN_FAULTS).map((fault) => `    ${kind}: ${fault}`);
  return faults.length > SHOWN_FAULTS
    ? [...shown, `    … and ${faults.length - SHOWN_FAULTS} more ${kind}`]
    : shown;
}
