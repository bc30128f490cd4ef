/**
 * Keeps the given number of thousand objects, then does a little work, and prints the number of full collections during that
 * work.
 */
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const kept: object[] = [];
const buffers: Buffer[] = [];
for (let n = 0; n < Number(process.env['THOUSANDS']); n += 1) {
  for (let one = 0; one < 1_000; one += 1) kept.push({ n, text: String(one), list: [one] });
  buffers.push(Buffer.allocUnsafeSlow(64_000));
  await pause(0);
}
// Objects that survive for a while make the young generation grow.
let last: readonly object[] = [];
for (let round = 0; round < 20; round += 1) {
  last = kept.slice(0, 300_000).map((one) => ({ ...one }));
  await pause(0);
}

let collections = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries() as (PerformanceEntry & { detail?: { kind: number } })[])
    if (entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1;
}).observe({ entryTypes: ['gc'] });
for (let round = 0; round < 300; round += 1) {
  last = Array.from({ length: 500 }, (_, n) => [n, n]);
  await pause(5);
}
process.stdout.write(`${collections}\n`);
if (kept.length + buffers.length < last.length) throw new Error('Both are kept until here.');
