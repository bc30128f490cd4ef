import { describe, expect, it } from '@jest/globals';
import { describeMachine, isQuiet } from './machine.ts';

describe('a machine', () => {
  it('is idle when at most half of its processors are in use', () => {
    expect([1, 1.01].map((load) => isQuiet({ load, cores: 2 }))).toEqual([true, false]);
  });

  it('describes the consequence', () => {
    expect(describeMachine({ load: 0.3, cores: 2 })).toBe(
      'load 0.30 on 2 cores at the start: quiet, so latency and waits are judged',
    );
    expect(describeMachine({ load: 3, cores: 2 })).toContain('not judged');
  });
});
