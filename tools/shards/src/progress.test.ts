import { describe, expect, it } from '@jest/globals';
import { chunk, move } from '../test/moves.ts';
import { isDone, progressLine, shareDone } from './progress.ts';

const half = move({
  slots: 64,
  chunks: [chunk(), chunk({ slots: '32-63', phase: 'copying', rowsCopied: 25 })],
});

describe('the progress of a move', () => {
  it('weighs chunks by their slots', () => {
    expect(shareDone(half, 'copy')).toBe(0.625);
    const uneven = move({ chunks: [chunk({ slots: '0-29' }), chunk({ slots: '40,50', phase: 'planned' })] });
    expect(shareDone(uneven, 'copy')).toBe(30 / 32);
  });

  it('is complete only when the last chunk is complete, however many rows were copied', () => {
    const nearly = move({ chunks: [chunk({ phase: 'copying', rowsCopied: 120 })] });
    expect(shareDone(nearly, 'copy')).toBeLessThan(1);
    expect(isDone(nearly, 'copy')).toBe(false);
    expect(isDone(move(), 'copy')).toBe(true);
    expect(isDone(move({ chunks: [chunk({ owner: 'shard-3', phase: 'switching' })] }), 'switch')).toBe(false);
    expect(isDone(move({ chunks: [chunk({ phase: 'gone' })] }), 'drop')).toBe(false);
    expect(isDone(move({ finishedAt: '2026-01-01T00:00:00.000Z' }), 'drop')).toBe(true);
  });

  it('distinguishes the switch from the reverse', () => {
    const switched = move({ chunks: [chunk({ owner: 'shard-3' })] });
    expect([shareDone(switched, 'switch'), shareDone(switched, 'reverse')]).toEqual([1, 0]);
  });

  it('estimates from the progress since the watching started', () => {
    expect(progressLine(half, 'copy', 10_000, 0.5)).toBe(
      'copying           [███████████████░░░░░░░░░]  62 %  40 of 64 slots  about 30 s left',
    );
    expect(progressLine(half, 'copy', 10_000, 0.625)).not.toContain('about');
    expect(progressLine(move(), 'copy', 200_000, 0)).toContain('100 %  32 of 32 slots  in 3 min');
  });
});
