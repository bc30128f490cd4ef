import { type TableFacts } from './table-facts.ts';
import { type FaultOfTable } from './table-fault.ts';

/** Returns settings of a table that would cause rows to be copied twice, changed during the move, or not seen. */
export function settingFaults(facts: TableFacts): FaultOfTable[] {
  const { name, relatives, replicaTriggers, isHidden } = facts;
  const faults: FaultOfTable[] = [];
  if (relatives.length > 0) {
    faults.push({
      problem: `it shares rows with ${relatives.join(', ')} by inheritance, so they would be copied twice`,
      remedy: 'remove the inheritance, or make them partitions of one table',
    });
  }
  for (const trigger of replicaTriggers) {
    faults.push({
      part: `trigger ${trigger}`,
      problem: 'it also fires for replicated rows, so it would run again for a row that only moves',
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
