import { type Load } from '@groundwork/flow-control';
import { every } from '../support/every.ts';
import { type Membership, type Sample } from './sample.ts';

const SAMPLED_EVERY_MS = 1_000;
const COLLECTED_EVERY = 10;
const NO_MEMBER: Membership = { joins: 0, restarts: 0, livenessFailures: 0 };

export interface Reporting {
  handled(): number;
  held(): Load;
  membership?(): Promise<Membership>;
}

/** Sends a sample to the parent every second. The process ends when its parent closes the channel or dies. */
export function reportSamples({ handled, held, membership }: Reporting): void {
  const began = performance.now();
  let samples = 0;
  every(SAMPLED_EVERY_MS, async () => {
    const member = (await membership?.()) ?? NO_MEMBER;
    // Read before the collection: the memory of the process, including its current garbage.
    const residentBytes = process.memoryUsage.rss();
    const sample: Sample = {
      atMs: performance.now() - began,
      residentBytes,
      liveBytes: samples % COLLECTED_EVERY === 0 ? liveBytes() : undefined,
      handled: handled(),
      held: held(),
      ...member,
    };
    samples += 1;
    // A parent that has just closed the channel no longer listens.
    process.send?.(sample, undefined, undefined, () => undefined);
  });
  process.on('disconnect', () => process.exit(0));
}

function liveBytes(): number | undefined {
  if (globalThis.gc === undefined) return undefined;
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
