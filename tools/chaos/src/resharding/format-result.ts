import { faultLines } from '../format-faults.ts';
import { formatLedger } from '@groundwork/load';
import { type Failure } from '../writers/messages.ts';
import { type DrillResult } from './drill.ts';
import { type Latency } from './latency.ts';

/** Formats the result of a drill for people. */
export function formatResult(result: DrillResult): string {
  const { measuredPause: measured, seenPause: seen, before, meanwhile, failures } = result;
  const rows = [
    [
      'slots moved',
      `${result.slotsMoved} of ${result.slotsWanted}, each ${(result.switches / result.slotsWanted).toFixed(1)} times`,
    ],
    ['orders meanwhile', `${result.ordersMeanwhile}, checked by ${result.reads} reads`],
    [
      'failed requests',
      `${failures.length}${result.deferred.length > 0 ? `, and ${result.deferred.length} deferred with Retry-After` : ''}`,
    ],
    [
      'pause of a slot',
      measured === undefined
        ? 'none'
        : `p50 ${ms(measured.p50)}, p99 ${ms(measured.p99)}, longest ${ms(measured.max)}, by the mover`,
    ],
    [
      'orders in a switch',
      seen.orders === 0
        ? `none in ${result.watchedSwitches} switches of watched customers' slots`
        : `${seen.orders} in a slot during its switch, took p50 ${ms(seen.p50)}, p99 ${ms(seen.p99)}`,
    ],
    ['latency before', latency(before)],
    ['latency meanwhile', `${latency(meanwhile)}: ${ratios(before, meanwhile)}`],
  ] as const;
  return [
    formatLedger(`${result.title} (${result.seconds.toFixed(0)} s)`, result.ledger).trimEnd(),
    ...rows.map(([name, value]) => `    ${name.padEnd(22)}${value}`),
    ...kindsOf('failed', failures),
    ...kindsOf('deferred', result.deferred),
    ...faultLines(result.faults).map((line) => `  ${line}`),
  ].join('\n');
}

/** Lists each kind of failure with its number and its first case. */
function kindsOf(what: string, failures: readonly Failure[]): readonly string[] {
  const kinds = Map.groupBy(failures, ({ request, code }) => `${request} → ${code}`);
  return [...kinds].map(([kind, cases]) => `    ${what} ${cases.length}×: ${kind}: ${cases[0]?.detail}`);
}

function latency({ p50, p95, p99 }: Latency): string {
  return `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}`;
}

function ratios(before: Latency, meanwhile: Latency): string {
  const ratio = (key: 'p50' | 'p95' | 'p99') =>
    `${(meanwhile[key] / Math.max(before[key], 0.001)).toFixed(2)}×`;
  return `${ratio('p50')}, ${ratio('p95')}, ${ratio('p99')}`;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}
