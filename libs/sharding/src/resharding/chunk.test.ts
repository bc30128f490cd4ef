import { describe, expect, it } from '@jest/globals';
import {
  type ChunkPhase,
  type ChunkWork,
  mayBecome,
  type MoveGoal,
  phasesBefore,
  replicaOf,
  workOn,
} from './chunk.ts';

const way = { source: 'shard-1', destination: 'shard-3' };

describe('a chunk of slots on the move', () => {
  it.each<[ChunkPhase, string, MoveGoal, ChunkWork]>([
    ['planned', 'shard-1', 'follow', 'capture'],
    ['capturing', 'shard-1', 'switch', 'capture'],
    ['copying', 'shard-1', 'switch', 'copy'],
    ['following', 'shard-1', 'follow', 'follow'],
    ['following', 'shard-1', 'switch', 'switch'],
    ['following', 'shard-3', 'switch', 'follow'],
    ['following', 'shard-3', 'reverse', 'switch'],
    ['following', 'shard-1', 'reverse', 'follow'],
    ['copying', 'shard-1', 'drop', 'drop'],
    ['dropping', 'shard-1', 'follow', 'drop'],
    ['gone', 'shard-3', 'drop', 'nothing'],
  ])('that is %s with %s as owner and the goal %s: %s', (phase, owner, goal, work) => {
    expect(workOn({ ...way, phase, owner, fault: null }, goal)).toBe(work);
  });

  it.each<MoveGoal>(['follow', 'switch', 'reverse', 'drop'])(
    'finishes its switch, were the goal %s by now',
    (goal) => {
      expect(workOn({ ...way, phase: 'switching', owner: 'shard-1', fault: null }, goal)).toBe('switch');
    },
  );

  it('does not switch while something is wrong with it', () => {
    const chunk = { ...way, phase: 'following', owner: 'shard-1', fault: 'slot 7 differs' } as const;
    expect(workOn(chunk, 'switch')).toBe('follow');
    expect(workOn(chunk, 'drop')).toBe('drop');
  });

  it('cannot be dropped between its owners', () => {
    expect(mayBecome('switching', 'dropping')).toBe(false);
    expect(phasesBefore('dropping')).toEqual(['planned', 'capturing', 'copying', 'following']);
    expect(phasesBefore('following')).toEqual(['copying', 'switching']);
  });

  it('has its replica where its owner is not', () => {
    expect(replicaOf({ ...way, owner: 'shard-1' })).toBe('shard-3');
    expect(replicaOf({ ...way, owner: 'shard-3' })).toBe('shard-1');
  });
});
