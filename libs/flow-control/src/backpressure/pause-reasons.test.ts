import { describe, expect, it } from '@jest/globals';
import { PauseReasons } from './pause-reasons.ts';

describe('pause reasons', () => {
  it('pause with the first reason and resume with the last', () => {
    const log: string[] = [];
    const reasons = new PauseReasons<'full' | 'down'>(
      () => log.push('pause'),
      () => log.push('resume'),
    );
    reasons.add('full');
    reasons.add('down');
    reasons.add('down');
    reasons.remove('full');
    expect(log).toEqual(['pause']);
    expect(reasons.list()).toEqual(['down']);
    reasons.remove('full');
    reasons.remove('down');
    reasons.remove('down');
    expect(log).toEqual(['pause', 'resume']);
  });
});
