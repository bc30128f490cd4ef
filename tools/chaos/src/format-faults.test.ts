import { describe, expect, it } from '@jest/globals';
import { faultLines } from './format-faults.ts';

const faults = (count: number) => Array.from({ length: count }, (_, index) => `fault ${index}`);

describe('the faults of a drill', () => {
  it('are printed a line each, or a line says that there are none', () => {
    expect(faultLines([])).toEqual(['✔ passed']);
    expect(faultLines(faults(2))).toEqual(['✘ fault 0', '✘ fault 1']);
    expect(faultLines(faults(20))).toHaveLength(20);
  });

  it('are counted when they are many', () => {
    const lines = faultLines(faults(605));
    expect(lines).toHaveLength(21);
    expect(lines.slice(-2)).toEqual(['✘ fault 19', '✘ and 585 more; --json prints all of them']);
  });
});
