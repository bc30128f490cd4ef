import { describe, expect, it } from '@jest/globals';
import { type Contestant } from './contestant.ts';
import { runRace } from './run-race.ts';

/** Synchronous work whose duration is proportional to `effort`. */
function working(name: string, effort: number): Contestant {
  return {
    name,
    run(operations) {
      let sum = 0;
      for (let n = 0; n < operations * effort; n++) sum = (sum * 31 + n) % 1_000_003;
      return sum;
    },
  };
}

describe('a race', () => {
  it('lets the contestants take turns in mirrored order, including the warm-up', async () => {
    const order: string[] = [];
    const contestants = ['A', 'B', 'C'].map((name) => ({ name, operations: 1, run: () => order.push(name) }));
    await runRace(contestants, { rounds: 10, sliceMs: 1 });
    expect(order.join('')).toBe('ABCCBA'.repeat(11));
  });

  it('gives each contestant as many operations as fill its slice, and measures the cost of one operation', async () => {
    const contestants = [working('fast', 100), working('slow', 1_000)];
    const result = await runRace(contestants, { rounds: 10, sliceMs: 40 });
    expect(result.nanosecondsPerOperation('fast') * 3).toBeLessThan(result.nanosecondsPerOperation('slow'));
    expect(result.ratio('fast', 'slow').mean).toBeGreaterThan(3);
    expect(result.ratio('slow', 'fast').mean).toBeLessThan(1 / 3);
  });

  it('uses the time that the work reports when its setup also takes time', async () => {
    const timed = (name: string, elapsedMs: number): Contestant => ({
      name,
      operations: 1,
      run: () => new Promise((resolve) => setTimeout(resolve, name === 'A' ? 5 : 1, { elapsedMs })),
    });
    const result = await runRace([timed('A', 100), timed('B', 200)], { rounds: 10, sliceMs: 1 });
    expect(result.ratio('A', 'B').mean).toBeCloseTo(2);
  });

  it('is not distorted by a slow first call', async () => {
    const work = working('A', 100);
    let isFirst = true;
    const stumbling: Contestant = {
      name: 'stumbling',
      run(operations) {
        const stumble = isFirst ? 200_000 : 0;
        isFirst = false;
        return Number(work.run(operations)) + Number(work.run(stumble));
      },
    };
    const result = await runRace([work, stumbling], { rounds: 10, sliceMs: 40 });
    expect(result.ratio('A', 'stumbling').mean).toBeGreaterThan(0.5);
    expect(result.ratio('A', 'stumbling').mean).toBeLessThan(2);
  });

  it('excludes time in which other programs used the processor', async () => {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const sleeping = { name: 'sleeping', operations: 20, run: () => Atomics.wait(cell, 0, 0, 20) };
    const result = await runRace([sleeping], { rounds: 5, sliceMs: 0 });
    expect(result.nanosecondsPerOperation('sleeping')).toBeLessThan(500_000);
  });

  it('waits for asynchronous work', async () => {
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

  it('rejects the name of an unknown contestant', async () => {
    const result = await runRace([working('A', 100)], { rounds: 2, sliceMs: 1 });
    expect(() => result.ratio('A', 'B')).toThrow(RangeError);
  });
});
