import { type Drill, type DrillResult } from './drill.ts';
import { type Latency } from './latency.ts';
import { isQuiet } from '../platform/machine.ts';

type Result = Omit<DrillResult, 'faults'>;

/** The promise: in 99 of 100 cases the mover keeps writers of a slot waiting for at most this time. */
const LONGEST_PAUSE_MS = 250;
/** The promise: while slots move, the latency of orders is at most this multiple of the earlier one. */
const LATENCY_FACTOR = 1.5;
/** Orders that are at most this slow are always fast enough: a multiple of a very small value is meaningless. */
const FAST_MS = 25;
/** Of this many switches, at least one must meet an order: a watched customer waits for an answer a tenth of the time. */
const ENOUGH_SWITCHES = 100;

/** Returns every broken promise. */
export function faultsOf(result: Result, drill: Drill): readonly string[] {
  const judgesLatency = drill.judgesLatency === true && isQuiet(result.machine);
  return [
    ...faultsOfBooks(result),
    ...faultsOfMove(result, drill),
    ...faultsOfRequests(result, drill),
    ...(drill.onlyTellsPauses === true ? [] : faultsOfPauses(result)),
    ...(judgesLatency ? faultsOfLatency(result) : []),
  ];
}

function faultsOfBooks({ ledger }: Result): readonly string[] {
  const { accepted, stored, lost, duplicated } = ledger;
  return unless(
    [accepted === stored, `${accepted} orders accepted, ${stored} stored`],
    [lost.length === 0, `lost: ${lost.length}, e.g. ${lost[0]}`],
    [duplicated.length === 0, `duplicated: ${duplicated.length}, e.g. ${duplicated[0]}`],
  );
}

function faultsOfMove(
  { ordersMeanwhile, slotsMoved, slotsWanted }: Result,
  { orders }: Drill,
): readonly string[] {
  return unless(
    [ordersMeanwhile >= orders, `${ordersMeanwhile} orders were placed while slots moved, not ${orders}`],
    [slotsMoved === slotsWanted, `${slotsMoved} of ${slotsWanted} slots changed their owner`],
  );
}

function faultsOfRequests({ failures, deferred }: Result, { mayDefer }: Drill): readonly string[] {
  return unless(
    [failures.length === 0, `failed requests: ${failures.length}, e.g. ${failures[0]?.detail}`],
    [
      deferred.length === 0 || mayDefer === true,
      `deferred requests: ${deferred.length}, e.g. ${deferred[0]?.detail}`,
    ],
  );
}

/** A pause that was not measured does not count as short. */
function faultsOfPauses({ measuredPause: pause }: Result): readonly string[] {
  if (pause === undefined) return ['no pause of a slot was measured'];
  return unless([
    pause.p99 <= LONGEST_PAUSE_MS,
    `pause of a slot: p99 ${pause.p99.toFixed(1)} ms, more than ${LONGEST_PAUSE_MS} ms`,
  ]);
}

/** The effect on customers: the latency of all orders, and the latency of orders that met a switch. */
function faultsOfLatency({ before, meanwhile, seenPause, watchedSwitches }: Result): readonly string[] {
  const longestWait = LONGEST_PAUSE_MS + before.p99;
  return unless(
    ...(['p50', 'p95', 'p99'] as const).map((key) => isAlike(key, before, meanwhile)),
    [
      seenPause.orders > 0 || watchedSwitches < ENOUGH_SWITCHES,
      `no order met one of ${watchedSwitches} switches of watched customers' slots`,
    ],
    [
      seenPause.p99 <= longestWait,
      `orders in a switch: p99 ${seenPause.p99.toFixed(0)} ms, more than ${longestWait.toFixed(0)} ms (a pause plus the earlier latency)`,
    ],
  );
}

function isAlike(
  key: 'p50' | 'p95' | 'p99',
  before: Latency,
  meanwhile: Latency,
): readonly [boolean, string] {
  const most = Math.max(before[key] * LATENCY_FACTOR, FAST_MS);
  return [
    meanwhile[key] <= most,
    `latency: ${key} ${meanwhile[key].toFixed(0)} ms, more than ${most.toFixed(0)} ms (${LATENCY_FACTOR} × before, at least ${FAST_MS})`,
  ];
}

function unless(...demands: readonly (readonly [holds: boolean, fault: string])[]): readonly string[] {
  return demands.flatMap(([holds, fault]) => (holds ? [] : [fault]));
}
