import { type TableFacts } from './table-facts.ts';
import { type FaultOfTable } from './table-fault.ts';

/** Settings of a table by which rows would be copied twice, changed on the way, or not be seen at all. */
export function settingFaults(facts: TableFacts): FaultOfTable[] {
  const { name, relatives, replicaTriggers, isHidden } = facts;
  const faults: FaultOfTable[] = [];
  if (relatives.length > 0) {
    faults.push({
      problem: `it shares rows with ${relatives.join(', ')} by inheritance, so they would be copied twice`,
      remedy: 'make it a table of its own, or partitions of one table',
    });
  }
  for (const trigger of replicaTriggers) {
    faults.push({
      part: `trigger ${trigger}`,
      problem: 'it fires for replicated rows as well, so it would run again for a row that only moves',
      remedy: `alter table ${name} enable trigger ${trigger} (for a rule: enable rule), without "always" or "replica"`,
    });
  }
  if (isHidden) {
    faults.push({
      problem: 'row-level security may hide rows from the role that moves them',
      remedy: 'give that role BYPASSRLS',
    });
  }
  return faults;
}
