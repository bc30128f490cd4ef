import { setTimeout as delay } from 'node:timers/promises';
import { ProblemError } from '@groundwork/service-kit';
import { type PostgresDecisionLog } from '@groundwork/sharding/postgres';

/** A change whose coordinator crashed is aborted after ten seconds; recovery finishes it within a few more seconds. */
export const OLDER_CHANGES_MS = 15_000;

const POLL_MS = 50;

/**
 * Waits until every change that a copy for the shard could miss has ended: changes that started without the shard, and
 * decided changes that are not yet committed on every shard, including the template.
 *
 * @throws {ProblemError} `changes-unfinished`, for example when a shard that must commit a change is down
 */
export async function waitForOlderChanges(
  log: Pick<PostgresDecisionLog, 'unfinishedWithout' | 'unfinishedOf'>,
  shard: string,
): Promise<void> {
  const until = performance.now() + OLDER_CHANGES_MS;
  let left = await log.unfinishedWithout(shard);
  while (left.length > 0) {
    if (performance.now() > until) throw changesUnfinished(shard, left);
    await delay(POLL_MS);
    left = await log.unfinishedOf(left);
  }
}

function changesUnfinished(shard: string, gids: readonly string[]): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'changes-unfinished',
    detail: `Price changes that started before ${shard} was added have not ended (${gids.join(', ')}). Check whether a shard is down, and add ${shard} again when they have ended.`,
    retryable: true,
    headers: { 'retry-after': '5' },
  });
}
