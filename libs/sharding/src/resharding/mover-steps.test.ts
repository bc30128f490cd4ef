import { expect, it } from '@jest/globals';
import { isMoverStep, MOVER_STEPS } from './mover-steps.ts';

it('the steps of the mover are known by their names', () => {
  expect(MOVER_STEPS.every(isMoverStep)).toBe(true);
  expect(new Set(MOVER_STEPS).size).toBe(MOVER_STEPS.length);
  expect(['', 'switch', 'drop-recorded '].some(isMoverStep)).toBe(false);
});
