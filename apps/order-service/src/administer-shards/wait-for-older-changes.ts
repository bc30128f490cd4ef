import { setTimeout as delay } from 'node:timers/promises';
import { ProblemError } from '@groundwork/service-kit';
import { type PostgresDecisionLog } from '@groundwork/sharding/postgres';

/** A change whose coordinator died is aborted after ten seconds, or finished by recovery within some more. */
export const OLDER_CHANGES_MS = 15_000;

const POLL_MS = 50;

/**
 * Waits until every change that a copy for the shard could miss has ended: those that were begun without it, and those that are
 * decided on and not committed on every shard yet, the template among them.
 *
 * @throws {ProblemError} `changes-unfinished` when a shard that has to commit one is down, say
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
    detail: `Price changes from before ${shard} was added have not ended (${gids.join(', ')}): is a shard down? Add ${shard} again once they have.`,
    retryable: true,
    headers: { 'retry-after': '5' },
  });
}
