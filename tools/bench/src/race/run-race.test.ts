import { describe, expect, it } from '@jest/globals';
import { type Contestant } from './contestant.ts';
import { runRace } from './run-race.ts';

function spinning(name: string, nanoseconds: number): Contestant {
  return {
    name,
    run(operations) {
      const until = performance.now() + (operations * nanoseconds) / 1e6;
      while (performance.now() < until);
    },
  };
}

describe('a race', () => {
  it('lets all take turns in mirrored order, warm-up included', async () => {
    const order: string[] = [];
    const contestants = ['A', 'B', 'C'].map((name) => ({ name, operations: 1, run: () => order.push(name) }));
    await runRace(contestants, { rounds: 10, sliceMs: 1 });
    expect(order.join('')).toBe('ABCCBA'.repeat(11));
  });

  it('gives each as many operations as fill its slice, and tells what one of them costs', async () => {
    const result = await runRace([spinning('fast', 200), spinning('slow', 2_000)], {
      rounds: 10,
      sliceMs: 2,
    });
    expect(result.nanosecondsPerOperation('fast')).toBeGreaterThan(199);
    expect(result.nanosecondsPerOperation('slow')).toBeGreaterThan(1_999);
    // Ten in truth; a machine that is busy with something else blurs it.
    expect(result.ratio('fast', 'slow').mean).toBeGreaterThan(2);
    expect(result.ratio('slow', 'fast').mean).toBeLessThan(0.5);
  });

  it('waits for work that is asynchronous', async () => {
    const running = new Set<string>();
    const contestant = (name: string): Contestant => ({
      name,
      operations: 1,
      async run() {
        expect(running.size).toBe(0);
        running.add(name);
        await new Promise((resolve) => setImmediate(resolve));
        running.delete(name);
      },
    });
    const result = await runRace([contestant('A'), contestant('B')], { rounds: 3, sliceMs: 1 });
    expect(result.perSecond('A')).toBeGreaterThan(0);
  });

  it('knows nobody who took no part', async () => {
    const result = await runRace([spinning('A', 100)], { rounds: 2, sliceMs: 1 });
    expect(() => result.ratio('A', 'B')).toThrow(RangeError);
  });
});
