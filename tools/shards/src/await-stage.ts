import { type ShardMove } from '@groundwork/contracts';
import { CliError, noteOnce, watchUntil } from '@groundwork/operator-cli';
import { FAULTY, type Invocation } from './command.ts';
import { isDone, progressLine, shareDone, type Stage } from './progress.ts';

const NO_PROGRESS_MS = 5_000;

/**
 * Watches a move until the stage is complete. Interrupting the command (Ctrl-C) does not stop the move: run the command
 * again to continue watching.
 *
 * @throws {CliError} `move-faulty` when a fault blocks the move; the message names the slot and the table
 */
export async function awaitStage(
  { admin, output }: Pick<Invocation, 'admin' | 'output'>,
  id: string,
  stage: Stage,
): Promise<ShardMove> {
  const began = performance.now();
  let startShare: number | undefined;
  let seen = { share: -1, at: began };
  const tell = noteOnce(output);
  return watchUntil({ read: () => admin.move(id), isOver, tell });

  async function isOver(move: ShardMove): Promise<boolean> {
    const share = shareDone(move, stage);
    startShare ??= share;
    const over = isDone(move, stage);
    output.progress(progressLine(move, stage, performance.now() - began, startShare), { last: over });
    refuseFaults(move, stage);
    if (over) return true;
    for (const { waiting } of move.chunks) if (waiting !== null) tell(waiting);
    if (share !== seen.share) seen = { share, at: performance.now() };
    else if (performance.now() - seen.at > NO_PROGRESS_MS) await tellOfMissingMover();
    return false;
  }

  async function tellOfMissingMover(): Promise<void> {
    const { mover } = await admin.shards();
    if (mover === null) tell('no mover is running: start the service shard-mover; the move waits for it');
  }
}

function refuseFaults(move: ShardMove, stage: Stage): void {
  const faults = move.chunks.flatMap(({ fault }) => (fault === null ? [] : [fault]));
  if (faults.length === 0 || stage === 'drop' || stage === 'abandon') return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more chunks)` : '';
  throw new CliError(
    'move-faulty',
    FAULTY,
    `move ${move.id}: ${faults[0]}${more}. None of its slots were switched. Find the cause, then verify again, or drop the move`,
  );
}
