import { describe, expect, it } from '@jest/globals';
import { type FaultKind, planFaults } from './fault-plan.ts';

function counts(events: number): Record<string, number> {
  const byKind = Object.groupBy(planFaults(events), (kind) => kind);
  return Object.fromEntries(Object.entries(byKind).map(([kind, faults]) => [kind, faults.length]));
}

describe('the plan of the faults', () => {
  it('contains the promised numbers for a hundred thousand events', () => {
    expect(counts(100_000)).toEqual({ kill: 20, rebalance: 10, broker: 5, postgres: 5, zombie: 5 });
  });

  it('shrinks with the run, but contains every kind', () => {
    expect(counts(20_000)).toEqual({ kill: 4, rebalance: 2, broker: 1, postgres: 1, zombie: 1 });
    expect(counts(100)).toEqual({ kill: 1, rebalance: 1, broker: 1, postgres: 1, zombie: 1 });
  });

  it('spreads each kind over the run', () => {
    const plan = planFaults(100_000);
    const places = (kind: FaultKind) => plan.flatMap((one, place) => (one === kind ? [place] : []));
    const [first, last] = [places('broker')[0] as number, places('broker').at(-1) as number];
    expect(first).toBeLessThan(plan.length / 5);
    expect(last).toBeGreaterThan((plan.length * 4) / 5);
  });
});
