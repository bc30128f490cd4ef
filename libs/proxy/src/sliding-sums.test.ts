import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import fc from 'fast-check';
import { SlidingSums } from './sliding-sums.ts';

describe('sliding sums', () => {
  it('forget what is older than the window', async () => {
    const clock = new VirtualClock();
    const sums = new SlidingSums({ series: 2, windowMs: 1_000, clock });
    sums.add(0);
    sums.add(1, 5);
    await clock.run(900);
    sums.add(0);
    expect([sums.sum(0), sums.sum(1)]).toEqual([2, 5]);
    await clock.run(100);
    expect([sums.sum(0), sums.sum(1)]).toEqual([1, 0]);
    await clock.run(5_000);
    expect(sums.sum(0)).toBe(0);
  });

  it('equal the sum of all amounts of the last slots', () => {
    const events = fc.array(fc.record({ afterMs: fc.nat(700), series: fc.nat(2), amount: fc.nat(9) }));
    fc.assert(
      fc.property(events, (given) => {
        let now = 12_345;
        const clock = { monotonicMs: () => now, wallMs: () => now, after: () => () => undefined };
        const sums = new SlidingSums({ series: 3, windowMs: 500, slots: 5, clock });
        const all = given.map(({ afterMs, series, amount }) => {
          now += afterMs;
          sums.add(series, amount);
          return { slot: Math.floor(now / 100), series, amount };
        });
        const oldest = Math.floor(now / 100) - 4;
        for (const series of [0, 1, 2]) {
          const expected = all.filter((each) => each.series === series && each.slot >= oldest);
          expect(sums.sum(series)).toBe(expected.reduce((total, { amount }) => total + amount, 0));
        }
      }),
    );
  });

  it('are empty after they are cleared', () => {
    const sums = new SlidingSums({ series: 1, windowMs: 1_000, clock: new VirtualClock() });
    sums.add(0, 3);
    sums.clear();
    expect(sums.sum(0)).toBe(0);
  });
});
