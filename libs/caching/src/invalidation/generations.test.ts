import { describe, expect, it } from '@jest/globals';
import { Generations } from './generations.ts';

describe('Generations', () => {
  it('detects every invalidation of a name, whatever other names share its slot', () => {
    const generations = new Generations();
    for (let index = 0; index < 20_000; index += 1) {
      const slots = generations.slotsOf([], [`tag-${index}`]);
      const since = generations.now;
      expect(generations.unchangedSince(since, slots)).toBe(true);
      generations.advance(slots);
      expect(generations.unchangedSince(since, slots)).toBe(false);
      expect(generations.unchangedSince(generations.now, slots)).toBe(true);
    }
  });

  it('spreads similar names over its slots', () => {
    const generations = new Generations();
    const slots = new Set(
      Array.from({ length: 4_096 }, (_, index) => generations.slotsOf([], [`product:GW-${index}`])[0]),
    );
    // 4096 balls in 4096 bins fill 1 - 1/e of them: 2589.
    expect(slots.size).toBeGreaterThan(2_300);
  });

  it('an invalidation of everything makes every earlier generation stale', () => {
    const generations = new Generations();
    const since = generations.now;
    generations.advanceEverything();
    expect(generations.unchangedSince(since, [])).toBe(false);
    expect(generations.unchangedSince(generations.now, [])).toBe(true);
  });
});
