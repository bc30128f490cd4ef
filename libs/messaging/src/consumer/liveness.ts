import { NoProgressError } from './no-progress.error.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';

const LIMIT_MS = 60_000;

/** What the liveness check reads. */
export type Progress = Pick<PartitionPipeline, 'pending' | 'idleSince' | 'isPaused' | 'oldestAttemptSince'>;

/**
 * Fails when a handler has run for longer than the limit, even while other handlers make progress. Also fails when a
 * partition has waiting events and none of its attempts has ended for that long. Only a restart resolves either. Waiting for
 * infrastructure does not fail the check: its attempts end, and a restart does not repair a database. A partition that an
 * operator has paused waits on purpose, but its running handlers must still return.
 *
 * @param partitions those assigned, and earlier ones whose handlers still run: a rebalance does not end a hanging handler
 * @throws {NoProgressError}
 */
export function expectProgress(
  partitions: Iterable<readonly [name: string, pipeline: Progress]>,
  now: number = Date.now(),
  limitMs: number = LIMIT_MS,
): void {
  for (const [name, { pending, idleSince, isPaused, oldestAttemptSince = now }] of partitions) {
    const handledMs = now - oldestAttemptSince;
    if (handledMs > limitMs) throw new NoProgressError(name, 'has had a handler running', handledMs);
    const silentMs = now - idleSince;
    if (!isPaused && pending > 0 && silentMs > limitMs)
      throw new NoProgressError(name, `has ${pending} pending events, and no attempt has ended`, silentMs);
  }
}
