import { describe, expect, it } from '@jest/globals';
import { describeFault, planFaults } from './kill-plan.ts';

describe('the faults of the drill write-behind', () => {
  it('contain every order of two victims, and each victim frozen', () => {
    const texts = planFaults(1).map(describeFault);
    expect(new Set(texts).size).toBe(25);
    expect(texts).toContain('kill -9: redis-log, then cache-service 2');
    expect(texts).toContain('kill -9: cache-service 2, then redis-log');
    expect(texts).toContain('stopped and continued: postgres-events');
  });

  it('are repeated in each round', () => {
    expect(planFaults(3)).toHaveLength(75);
  });
});
