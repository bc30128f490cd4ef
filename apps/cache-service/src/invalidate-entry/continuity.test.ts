import { describe, expect, it } from '@jest/globals';
import { Continuity } from './continuity.ts';

function afterHearing(...offsets: number[]) {
  const continuity = new Continuity();
  for (const offset of offsets) continuity.heard(BigInt(offset));
  return continuity;
}

describe('Continuity', () => {
  it('is unbroken while every offset is received, in any order and with duplicates', () => {
    const continuity = afterHearing(5, 6, 8, 7, 7, 5);
    expect(continuity.isBroken()).toBe(false);
    continuity.heard(9n);
    expect(continuity.isBroken()).toBe(false);
    expect(continuity.isBroken()).toBe(false);
  });

  it('tolerates a gap until the second check', () => {
    const continuity = afterHearing(5, 7);
    expect(continuity.isBroken()).toBe(false);
    continuity.heard(6n);
    expect(continuity.isBroken()).toBe(false);
  });

  it('reports a persistent gap once', () => {
    const continuity = afterHearing(5, 7);
    expect(continuity.isBroken()).toBe(false);
    continuity.heard(8n);
    expect(continuity.isBroken()).toBe(true);
    continuity.heard(9n);
    expect(continuity.isBroken()).toBe(false);
    expect(continuity.isBroken()).toBe(false);
  });

  it('detects a topic that starts at 0 again', () => {
    const continuity = afterHearing(5_000, 5_001);
    expect(continuity.isRestartedAt(5_002n)).toBe(false);
    expect(continuity.isRestartedAt(0n)).toBe(true);
    for (const offset of [1n, 2n]) continuity.heard(offset);
    expect(continuity.isBroken()).toBe(false);
    continuity.heard(4n);
    expect(continuity.isBroken()).toBe(false);
    continuity.heard(5n);
    expect(continuity.isBroken()).toBe(true);
  });
});
