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
  ])('fails one event in twenty, some permanently and others up to three times: %s', (_name, plan) => {
    const failures = failuresOf(plan);
    expect(failures.length / (KEYS * NUMBERS)).toBeCloseTo(0.05, 2);
    expect(failures.filter((times) => times === Infinity).length / failures.length).toBeCloseTo(0.2, 1);
    expect(new Set(failures)).toEqual(new Set([1, 2, 3, Infinity]));
  });

  it('has no failures for the other keys where throughput is compared, and none at all for `never`', () => {
    const keys = Array.from({ length: KEYS }, (_, key) => key);
    expect(keys.filter(isTroubled)).toHaveLength(KEYS / 20);
    expect(keys.filter((key) => !isTroubled(key) && ofTroubledKeys(key, 1) > 0)).toEqual([]);
    expect(failuresOf(never)).toEqual([]);
  });
});
