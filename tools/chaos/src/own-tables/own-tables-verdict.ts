import { type Refusal } from './refusals.ts';
import { type LedgerCounts } from './row-ledger.ts';

export interface OwnTablesRun {
  readonly tables: number;
  readonly ledger: LedgerCounts;
  /** Writes that were confirmed while slots moved. */
  readonly writes: number;
  readonly failures: readonly string[];
  /** What the comparison of both sides found before the switch. */
  readonly differences: readonly string[];
  /** Rows of the queue: in how many slots they are handed over in their order, of how many. */
  readonly queues: readonly [kept: number, all: number];
  readonly refusals: readonly Refusal[];
}

const LEAST_WRITES = 200;

/** Every promise that was not kept. */
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
    ['tables that cannot move were not refused as they should be', passed],
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
