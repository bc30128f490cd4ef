import { describe, expect, it } from '@jest/globals';
import { randomOf } from '@groundwork/testing';
import { SimulatedPartition } from '../../test/simulated-partition.ts';

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

describe('a simulated partition whose owners crash and whose broker rejects copies', () => {
  it.each(SEEDS)('handles one event of a key at a time, in order, and loses none (seed %i)', async (seed) => {
    const partition = new SimulatedPartition(randomOf(seed), 3);
    for (let step = 0; step < 1_000; step += 1) await partition.step();
    await partition.heal(20_000);
    expect(partition.faults).toEqual([]);
    expect(partition.missing).toEqual([]);
    expect(partition.deaths).toBeGreaterThan(0);
  });
});
