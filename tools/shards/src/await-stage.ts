import { type ShardMove } from '@groundwork/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { type Invocation } from './command.ts';
import { isDone, progressLine, shareDone, type Stage } from './progress.ts';
import { EXIT, ShardsError } from './shards.error.ts';

const POLL_MS = 250;
/** How long the platform may be away before this gives up watching; the mover goes on. */
const PATIENCE_MS = 60_000;
const NO_PROGRESS_MS = 5_000;

/**
 * Watches until the stage is over. Ended early (Ctrl-C), the move goes on: run the command again to watch it.
 *
 * @throws {ShardsError} `move-faulty` when something keeps it from going on; that names slot and table
 */
export async function awaitStage(
  { admin, output }: Pick<Invocation, 'admin' | 'output'>,
  id: string,
  stage: Stage,
): Promise<ShardMove> {
  const began = performance.now();
  let startShare: number | undefined;
  let seen = { share: -1, at: began };
  let lostAt: number | undefined;
  const told = new Set<string>();
  const tell = (text: string) => {
    if (!told.has(text)) output.note(`  ! ${text}`);
    told.add(text);
  };
  for (;;) {
    const move = await ask();
    if (move !== undefined) {
      const share = shareDone(move, stage);
      startShare ??= share;
      const over = isDone(move, stage);
      output.progress(progressLine(move, stage, performance.now() - began, startShare), { last: over });
      refuseFaults(move, stage);
      if (over) return move;
      for (const { waiting } of move.chunks) if (waiting !== null) tell(waiting);
      if (share !== seen.share) seen = { share, at: performance.now() };
      else if (performance.now() - seen.at > NO_PROGRESS_MS) await tellOfMissingMover();
    }
    await delay(POLL_MS);
  }

  async function ask(): Promise<ShardMove | undefined> {
    try {
      const move = await admin.move(id);
      lostAt = undefined;
      return move;
    } catch (error) {
      if (!(error instanceof ShardsError) || error.status !== EXIT.unreachable) throw error;
      lostAt ??= performance.now();
      if (performance.now() - lostAt > PATIENCE_MS) throw error;
      tell(error.message);
      return undefined;
    }
  }

  async function tellOfMissingMover(): Promise<void> {
    const { mover } = await admin.shards();
    if (mover === null)
      tell('no mover is at work: start the service shard-mover; what was asked for waits for it');
  }
}

function refuseFaults(move: ShardMove, stage: Stage): void {
  const faults = move.chunks.flatMap(({ fault }) => (fault === null ? [] : [fault]));
  if (faults.length === 0 || stage === 'drop') return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more chunks)` : '';
  throw new ShardsError(
    'move-faulty',
    EXIT.faulty,
    `move ${move.id}: ${faults[0]}${more}. Nothing was switched with it; find out why, then verify again, or drop the move`,
  );
}
