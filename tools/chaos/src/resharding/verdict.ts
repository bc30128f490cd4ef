import { type Drill, type DrillResult } from './drill.ts';

/** The promise: no slot is without an owner for longer, 99 times of 100. */
const LONGEST_PAUSE_MS = 250;

/** Every promise that was not kept. Latency is a figure, not a promise: it is only told. */
export function faultsOf(result: Omit<DrillResult, 'faults'>, drill: Drill): readonly string[] {
  const { ledger, failures, deferred, measuredPause } = result;
  const faults: string[] = [];
  const demand = (holds: boolean, fault: string) => holds || faults.push(fault);
  demand(ledger.accepted >= drill.orders, `${ledger.accepted} orders were accepted, not ${drill.orders}`);
  demand(ledger.accepted === ledger.stored, `${ledger.accepted} orders accepted, ${ledger.stored} stored`);
  demand(ledger.lost.length === 0, `lost: ${ledger.lost.length}, e.g. ${ledger.lost[0]}`);
  demand(
    ledger.duplicated.length === 0,
    `duplicated: ${ledger.duplicated.length}, e.g. ${ledger.duplicated[0]}`,
  );
  demand(failures.length === 0, `failed requests: ${failures.length}, e.g. ${failures[0]?.detail}`);
  demand(
    deferred.length === 0 || drill.mayDefer === true,
    `requests told to come again: ${deferred.length}, e.g. ${deferred[0]?.detail}`,
  );
  demand(
    drill.onlyTellsPauses === true || (measuredPause?.p99 ?? 0) <= LONGEST_PAUSE_MS,
    `pause of a slot: p99 ${measuredPause?.p99} ms, more than ${LONGEST_PAUSE_MS} ms`,
  );
  return faults;
}
