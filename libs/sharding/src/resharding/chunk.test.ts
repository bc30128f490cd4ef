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

const PHASES: readonly ChunkPhase[] = [
  ...(['planned', 'capturing', 'copying', 'following', 'switching', 'dropping', 'gone'] as const),
];
const way = { source: 'shard-1', destination: 'shard-3' };

describe('a moving chunk of slots', () => {
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
    ['following', 'shard-3', 'follow', 'follow'],
    ['copying', 'shard-1', 'abandon', 'abandon'],
    ['switching', 'shard-3', 'abandon', 'abandon'],
    ['gone', 'shard-3', 'drop', 'nothing'],
    ['gone', 'shard-3', 'abandon', 'nothing'],
  ])('that is %s with the owner %s and the goal %s needs: %s', (phase, owner, goal, work) => {
    expect(workOn({ ...way, phase, owner, fault: null }, goal)).toBe(work);
  });

  it.each<MoveGoal>(['follow', 'switch', 'reverse', 'drop'])(
    'finishes a started switch even if the goal is now %s',
    (goal) => {
      expect(workOn({ ...way, phase: 'switching', owner: 'shard-1', fault: null }, goal)).toBe('switch');
    },
  );

  it('does not switch while it has a fault', () => {
    const chunk = { ...way, phase: 'following', owner: 'shard-1', fault: 'slot 7 differs' } as const;
    expect(workOn(chunk, 'switch')).toBe('follow');
    expect(workOn(chunk, 'drop')).toBe('drop');
  });

  it.each<[ChunkPhase, ChunkPhase[]]>([
    ['planned', ['capturing', 'dropping']],
    ['capturing', ['copying', 'dropping']],
    ['copying', ['following', 'dropping']],
    ['following', ['switching', 'dropping']],
    ['switching', ['following']],
    ['dropping', ['gone']],
    ['gone', []],
  ])('that is %s may become %j, and nothing else', (from, next) => {
    expect(PHASES.filter((to) => mayBecome(from, to)).sort()).toEqual(next.sort());
  });

  it('may be dropped before its first switch and after a switch, and never during one', () => {
    expect(phasesBefore('dropping')).toEqual(['planned', 'capturing', 'copying', 'following']);
    expect(phasesBefore('following')).toEqual(['copying', 'switching']);
    expect(phasesBefore('planned')).toEqual([]);
  });

  it('has its replica on the shard that is not its owner', () => {
    expect(replicaOf({ ...way, owner: 'shard-1' })).toBe('shard-3');
    expect(replicaOf({ ...way, owner: 'shard-3' })).toBe('shard-1');
  });
});
