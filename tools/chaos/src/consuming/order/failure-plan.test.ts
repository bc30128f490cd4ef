import { describe, expect, it } from '@jest/globals';
import { anywhere, type FailurePlan, isTroubled, never, ofTroubledKeys } from './failure-plan.ts';

const [KEYS, NUMBERS] = [1_000, 20];

function failuresOf(plan: FailurePlan): number[] {
  const all = Array.from({ length: KEYS * NUMBERS }, (_, n) => plan(Math.floor(n / NUMBERS), n % NUMBERS));
  return all.filter((times) => times > 0);
}

describe('the plan of failures', () => {
  it.each([
    ['anywhere', anywhere],
    ['of troubled keys', ofTroubledKeys],
  ])('lets one event in twenty fail, some for good and the others up to three times: %s', (_name, plan) => {
    const failures = failuresOf(plan);
    expect(failures.length / (KEYS * NUMBERS)).toBeCloseTo(0.05, 2);
    expect(failures.filter((times) => times === Infinity).length / failures.length).toBeCloseTo(0.2, 1);
    expect(new Set(failures)).toEqual(new Set([1, 2, 3, Infinity]));
  });

  it('leaves the other keys alone where throughput is compared, and all where there is nothing to fail', () => {
    const keys = Array.from({ length: KEYS }, (_, key) => key);
    expect(keys.filter(isTroubled)).toHaveLength(KEYS / 20);
    expect(keys.filter((key) => !isTroubled(key) && ofTroubledKeys(key, 1) > 0)).toEqual([]);
    expect(failuresOf(never)).toEqual([]);
  });
});
