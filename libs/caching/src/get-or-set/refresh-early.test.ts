import { describe, expect, it } from '@jest/globals';
import { randomOf } from '@groundwork/testing';
import { entryOf } from '../conformance/tier.conformance.ts';
import { isRefreshDue } from './refresh-early.ts';

describe('an early refresh', () => {
  const shareDue = (freshMs: number, loadMs: number, beta = 1) => {
    const random = randomOf(1);
    const entry = { ...entryOf(1), freshMs, loadMs };
    const due = Array.from({ length: 10_000 }, () => isRefreshDue(entry, beta, random));
    return due.filter(Boolean).length / due.length;
  };

  it('is as likely as the paper says: exp(-left / (load time · beta))', () => {
    for (const [leftMs, loadMs, beta] of [
      [100, 100, 1],
      [200, 100, 1],
      [200, 100, 2],
      [10, 100, 1],
    ] as const)
      expect(shareDue(leftMs, loadMs, beta)).toBeCloseTo(Math.exp(-leftMs / (loadMs * beta)), 1);
  });

  it('never comes long before the end, nor for an entry whose load took no time', () => {
    expect(shareDue(10_000, 100)).toBe(0);
    expect(shareDue(1, 0)).toBe(0);
  });
});
