import { type Refusal } from './refusals.ts';
import { type LedgerCounts } from './row-ledger.ts';

export interface OwnTablesRun {
  readonly tables: number;
  readonly ledger: LedgerCounts;
  /** Writes that were confirmed while slots moved. */
  readonly writes: number;
  readonly failures: readonly string[];
  /** The differences found by the comparison of both sides before the switch. */
  readonly differences: readonly string[];
  /** Slots whose queue rows were transferred in their order, and the number of all slots. */
  readonly queues: readonly [kept: number, all: number];
  readonly refusals: readonly Refusal[];
}

const LEAST_WRITES = 200;

/** Returns every broken promise. */
export function faultsOfOwnTables(run: OwnTablesRun): readonly string[] {
  const { ledger, failures, differences, refusals } = run;
  const [kept, all] = run.queues;
  const passed = refusals.filter(({ said }) => said === undefined).map(({ kind }) => kind);
  const found: readonly (readonly [string, readonly string[]])[] = [
    ['lost', ledger.lost],
    ['duplicated', ledger.duplicated],
    ['changed', ledger.changed],
    ['changed among the rows that must not change', ledger.untouchedChanged],
    ['writes failed', failures],
    ['differences found before the switch', differences],
    ['tables that cannot move were not rejected as they should be', passed],
  ];
  return [
    ...found
      .filter(([, list]) => list.length > 0)
      .map(([what, list]) => `${what}: ${list.length}, e.g. ${list[0]}`),
    ...(kept === all ? [] : [`the queue kept its order in ${kept} of ${all} slots`]),
    ...(run.writes >= LEAST_WRITES
      ? []
      : [`only ${run.writes} rows were written while slots moved, not ${LEAST_WRITES}`]),
  ];
}
