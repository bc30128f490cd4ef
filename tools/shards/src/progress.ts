import { type ShardMove, type ShardMoveChunk } from '@groundwork/contracts';
import { progressBar } from '@groundwork/operator-cli';
import { type Wish } from './shard-admin.ts';

export type Stage = 'copy' | Wish;

const DOING: Readonly<Record<Stage, string>> = {
  copy: 'copying',
  verify: 'comparing',
  switch: 'switching',
  reverse: 'switching back',
  drop: 'deleting the copy',
  abandon: 'abandoning',
};

const WIDEST = Math.max(...Object.values(DOING).map(({ length }) => length));

/** Returns the share of a stage that is done, from 0 to 1. Chunks are weighted by their number of slots. */
export function shareDone(move: ShardMove, stage: Stage): number {
  const total = move.chunks.reduce((sum, chunk) => sum + slotsIn(chunk), 0);
  const done = move.chunks.reduce((sum, chunk) => sum + slotsIn(chunk) * shareOf(chunk, stage), 0);
  return total === 0 ? 1 : done / total;
}

export function isDone(move: ShardMove, stage: Stage): boolean {
  if (stage === 'drop' || stage === 'abandon') return move.finishedAt !== null;
  return move.chunks.every((chunk) => shareOf(chunk, stage) === 1 && chunk.phase !== 'switching');
}

function shareOf(chunk: ShardMoveChunk, stage: Stage): number {
  const { phase, rowsCopied, rowsTotal } = chunk;
  if (stage === 'verify') return chunk.verified === null ? 0 : 1;
  if (stage === 'switch') return chunk.owner === chunk.to ? 1 : 0;
  if (stage === 'reverse') return chunk.owner === chunk.from ? 1 : 0;
  if (stage === 'drop' || stage === 'abandon') return phase === 'gone' ? 1 : 0;
  if (phase === 'planned' || phase === 'capturing') return 0;
  // Rows may be added during the copy; only the phase says that the copy is complete.
  return phase === 'copying' ? Math.min(0.99, rowsCopied / Math.max(1, rowsTotal ?? 1)) : 1;
}

function slotsIn({ slots }: ShardMoveChunk): number {
  return slots.split(',').reduce((sum, range) => {
    const [first, last = first] = range.split('-').map(Number);
    return sum + (last as number) - (first as number) + 1;
  }, 0);
}

/** `copying  [██████░░░░]  61 %  832 of 1365 slots  about 12 s left` */
export function progressLine(move: ShardMove, stage: Stage, elapsedMs: number, startShare: number): string {
  const share = shareDone(move, stage);
  const counted = `${Math.floor(share * move.slots)} of ${move.slots} slots`;
  return progressBar({ doing: DOING[stage].padEnd(WIDEST), share, counted, elapsedMs, startShare });
}
