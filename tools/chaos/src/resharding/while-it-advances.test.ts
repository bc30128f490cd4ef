import { type ShardMove } from '@groundwork/contracts';
import { describe, expect, it } from '@jest/globals';
import { whileItAdvances } from './while-it-advances.ts';

const chunk = (
  phase: ShardMove['chunks'][number]['phase'],
  more: Partial<ShardMove['chunks'][number]> = {},
) => ({
  ...{ from: 'shard-1', to: 'shard-2', owner: 'shard-1', slots: '0-7', phase },
  ...{ rowsCopied: 0, rowsTotal: 9, backlog: 0, verified: null, fault: null, waiting: null },
  ...more,
});
const move = (...chunks: ShardMove['chunks']): ShardMove => ({
  ...{ id: '7', goal: 'follow', requestedAt: '2026-01-01T00:00:00.000Z', finishedAt: null },
  ...{ slots: 8, switched: 0, pauseMs: null, chunks },
});
const isOver = ({ chunks }: ShardMove) => chunks.every(({ phase }) => phase === 'following');

/** Returns these moves one after the other, then the last one again and again. */
const reading = (...moves: ShardMove[]) => {
  let at = 0;
  return () => Promise.resolve(moves[Math.min(at++, moves.length - 1)]!);
};

describe('whileItAdvances', () => {
  it('waits longer than the limit while rows are copied', async () => {
    const steps = Array.from({ length: 60 }, (_, rowsCopied) => move(chunk('copying', { rowsCopied })));
    const read = reading(...steps, move(chunk('following')));
    const began = performance.now();
    const last = await whileItAdvances({ read, isOver, everyMs: 50, stalledAfterMs: 2_000 });
    expect(performance.now() - began).toBeGreaterThan(2_000);
    expect(isOver(last)).toBe(true);
  });

  it('fails with the reason for which the mover waits when only the backlog changes', async () => {
    let backlog = 0;
    const read = () =>
      Promise.resolve(
        move(
          chunk('following'),
          chunk('copying', { backlog: backlog++, waiting: 'shard-2 does not answer' }),
        ),
      );
    await expect(whileItAdvances({ read, isOver, everyMs: 1, stalledAfterMs: 20 })).rejects.toThrow(
      'move 7 has made no progress for 0.02 s: goal follow; chunks: 1 following, 1 copying; slots 0-7: shard-2 does not answer',
    );
  });
});
