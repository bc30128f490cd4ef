import { NoProgressError } from './no-progress.error.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';

const LIMIT_MS = 60_000;

/** What liveness looks at. */
export type Progress = Pick<PartitionPipeline, 'pending' | 'idleSince' | 'isPaused' | 'oldestAttemptSince'>;

/**
 * Fails when some handler has not come back for longer than the limit, however busy the others are; and when some partition has
 * events waiting and none of its attempts has come back for that long. Only a restart frees either. Waiting for infrastructure is
 * no reason: its attempts come back, and a restart mends no database. What an operator has paused is waiting on purpose, but a
 * handler that runs is to come back all the same.
 *
 * @param partitions those assigned, and those whose handlers have not ended since: a rebalance frees none that hangs
 * @throws {NoProgressError}
 */
export function expectProgress(
  partitions: Iterable<readonly [name: string, pipeline: Progress]>,
  now: number = Date.now(),
  limitMs: number = LIMIT_MS,
): void {
  for (const [name, { pending, idleSince, isPaused, oldestAttemptSince = now }] of partitions) {
    const handledMs = now - oldestAttemptSince;
    if (handledMs > limitMs)
      throw new NoProgressError(name, 'has a handler that has not come back', handledMs);
    const silentMs = now - idleSince;
    if (!isPaused && pending > 0 && silentMs > limitMs)
      throw new NoProgressError(name, `has ${pending} events waiting and none has come back`, silentMs);
  }
}
