import { NoProgressError } from './no-progress.error.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';

const LIMIT_MS = 60_000;

/**
 * Fails when some partition has events waiting and none of its handlers has come back for a minute: one hangs, and only a
 * restart frees it. Waiting for infrastructure is no reason: its attempts come back, and a restart mends no database. What
 * an operator has paused is waiting on purpose.
 *
 * @param partitions those assigned, and those whose handlers have not ended since: a rebalance frees none that hangs
 * @throws {NoProgressError}
 */
export function expectProgress(
  partitions: Iterable<readonly [name: string, pipeline: PartitionPipeline]>,
  now: number = Date.now(),
  limitMs: number = LIMIT_MS,
): void {
  for (const [name, { pending, idleSince, isPaused }] of partitions) {
    if (isPaused) continue;
    const silentMs = now - idleSince;
    if (pending > 0 && silentMs > limitMs) throw new NoProgressError(name, pending, silentMs);
  }
}
