import { type ShardMove } from '@groundwork/contracts';
import { setTimeout as delay } from 'node:timers/promises';

const STALLED_AFTER_MS = 120_000;

export interface WatchedMove {
  readonly read: () => Promise<ShardMove>;
  readonly isOver: (move: ShardMove) => boolean;
  readonly everyMs: number;
  /** How long a move may make no progress. Default: 120,000. */
  readonly stalledAfterMs?: number;
}

/**
 * Reads a move until it is complete. This may take long on a saturated machine, so the limit applies to the time without any
 * progress.
 *
 * @throws {Error} with the state of the move
 */
export async function whileItAdvances(watched: WatchedMove): Promise<ShardMove> {
  const { read, isOver, everyMs, stalledAfterMs = STALLED_AFTER_MS } = watched;
  let reached = '';
  let reachedAt = performance.now();
  for (;;) {
    const move = await read();
    if (isOver(move)) return move;
    const now = progressOf(move);
    if (now !== reached) [reached, reachedAt] = [now, performance.now()];
    if (performance.now() - reachedAt > stalledAfterMs) {
      throw new Error(
        `move ${move.id} has made no progress for ${stalledAfterMs / 1_000} s: ${inWords(move)}`,
      );
    }
    await delay(everyMs);
  }
}

/** The fields that only the mover changes. The backlog is excluded, because every order changes it. */
function progressOf({ chunks, finishedAt }: ShardMove): string {
  return JSON.stringify([
    finishedAt,
    chunks.map(({ phase, owner, rowsCopied, verified }) => [phase, owner, rowsCopied, verified]),
  ]);
}

function inWords({ goal, chunks }: ShardMove): string {
  const phases = Map.groupBy(chunks, ({ phase }) => phase);
  const counts = [...phases].map(([phase, those]) => `${those.length} ${phase}`).join(', ');
  const reasons = chunks
    .map(({ slots, fault, waiting }) => ({ slots, reason: fault ?? waiting }))
    .filter(({ reason }) => reason !== null)
    .map(({ slots, reason }) => `; slots ${slots}: ${reason}`);
  return `goal ${goal}; chunks: ${counts}${reasons.slice(0, 3).join('')}`;
}
