import { describe, expect, it } from '@jest/globals';
import { SwitchBackoff } from './switch-backoff.ts';

describe('the backoff after a failed switch', () => {
  it('doubles up to a limit, separately for each chunk, and is reset by a success', () => {
    let nowMs = 1_000;
    const backoff = new SwitchBackoff(() => nowMs);
    const pauses = Array.from({ length: 8 }, () => {
      backoff.failed('a');
      const began = nowMs;
      while (!backoff.mayTry('a')) nowMs += 1;
      return nowMs - began;
    });
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    backoff.failed('a');
    expect(backoff.mayTry('b')).toBe(true);
    backoff.succeeded('a');
    expect(backoff.mayTry('a')).toBe(true);
    backoff.failed('a');
    nowMs += 250;
    expect(backoff.mayTry('a')).toBe(true);
  });
});
