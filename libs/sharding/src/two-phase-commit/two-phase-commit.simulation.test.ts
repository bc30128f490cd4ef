import { randomOf } from '@groundwork/testing';
import { describe, expect, it } from '@jest/globals';
import { SimulatedTwoPhase } from '../../test/simulated-two-phase.ts';

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

describe('transactions with crashing coordinators and lost connections', () => {
  it.each(SEEDS)(
    'are committed on all databases or on none, as reported to their callers (seed %i)',
    async (seed) => {
      const simulation = new SimulatedTwoPhase(randomOf(seed));
      for (let step = 0; step < 1_000; step += 1) await simulation.step();
      await simulation.heal();
      expect(simulation.faults).toEqual([]);
      expect([simulation.deaths, simulation.committed]).not.toContain(0);
    },
  );
});
