import { faultLines } from '../format-faults.ts';
import { formatLedger, type Ledger } from '@groundwork/load';
import { type AttackRun, isFailure, judged, latencyOf } from './gateway-verdict.ts';
import { type Sample } from './others.ts';

/** Formats the result of an attack for people. */
export function formatAttack(run: AttackRun, faults: readonly string[]): string {
  const rows = [
    ['others before', describeSamples(run.quiet)],
    ['others meanwhile', describeSamples(run.meanwhile)],
    ...(run.attack === 'hung-replica' ? [['of them judged', describeSamples(judged(run))]] : []),
    ['gateways', run.restarted === 0 ? 'none restarted' : `${run.restarted} restarted`],
  ] as const;
  return [
    ...rows.map(([name = '', value]) => `    ${name.padEnd(20)}${value}`),
    ...faultLines(faults).map((line) => `  ${line}`),
  ].join('\n');
}

export function formatOrders(ledger: Ledger): string {
  const faults = [...ledger.lost, ...ledger.duplicated];
  return [
    formatLedger('orders of the others', ledger).trimEnd(),
    ...faultLines(faults).map((line) => `  ${line}`),
  ].join('\n');
}

function describeSamples(samples: readonly Sample[]): string {
  const { requests, p50, p99 } = latencyOf(samples);
  const failed = [...Map.groupBy(samples.filter(isFailure), ({ status }) => status)]
    .map(([status, all]) => `${all.length} × ${status === 0 ? 'no answer' : status}`)
    .join(', ');
  return `${requests} requests, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, failed: ${failed === '' ? 'none' : failed}`;
}
