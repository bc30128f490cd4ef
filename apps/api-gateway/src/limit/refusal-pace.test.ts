import { describe, expect, it } from '@jest/globals';
import { RefusalPace } from './refusal-pace.ts';

function start() {
  const clock = { ms: 5_000 };
  const pace = new RefusalPace({ atLeastMs: 100, apartMs: 20, atMostMs: 1_000, now: () => clock.ms });
  return { clock, pace };
}

describe('the refusals of one client', () => {
  it('are sent one after the other, even when many connections ask at once', () => {
    const { pace } = start();
    expect([1, 2, 3].map(() => pace.delayMs('one'))).toEqual([100, 120, 140]);
    expect(pace.delayMs('other')).toBe(100);
  });

  it('wait at most as long as the limit', () => {
    const { pace } = start();
    const delays = Array.from({ length: 200 }, () => pace.delayMs('one'));
    expect(Math.max(...delays)).toBe(1_000);
  });

  it('are quick again after a pause', () => {
    const { clock, pace } = start();
    for (let n = 0; n < 50; n += 1) pace.delayMs('one');
    clock.ms += 2_000;
    expect(pace.delayMs('one')).toBe(100);
  });

  it('are remembered until they are sent', () => {
    const { clock, pace } = start();
    pace.delayMs('kept');
    for (let n = 0; n < 1_500; n += 1) pace.delayMs(`client-${n}`);
    expect(pace.delayMs('kept')).toBe(120);
    clock.ms += 5_000;
    pace.delayMs('new');
    expect(pace.delayMs('kept')).toBe(100);
  });

  it('are pruned only when the number of remembered clients has doubled since the last prune', () => {
    const { clock, pace } = start();
    for (let n = 1; n <= 1_500; n += 1) pace.delayMs(`client-${n}`);
    clock.ms += 5_000;
    for (let n = 1_501; n <= 2_000; n += 1) pace.delayMs(`client-${n}`);
    expect(pace.size).toBe(2_000);
    pace.delayMs('client-2001');
    expect(pace.size).toBe(501);
  });
});
