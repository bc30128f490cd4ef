import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { InterruptibleWait } from './interruptible-wait.ts';

describe('an interruptible wait', () => {
  const start = () => {
    const clock = new VirtualClock();
    const wait = new InterruptibleWait(clock);
    const ends: number[] = [];
    const run = (ms: number) => void wait.wait(ms).then(() => ends.push(clock.monotonicMs()));
    return { clock, wait, ends, run };
  };

  it('ends after its time', async () => {
    const { clock, ends, run } = start();
    run(100);
    await clock.run(200);
    expect(ends).toEqual([100]);
  });

  it('ends at once when it is interrupted, and leaves no timer', async () => {
    const { clock, wait, ends, run } = start();
    run(100);
    await clock.run(30);
    wait.interrupt();
    expect(clock.timers).toBe(0);
    await clock.run(200);
    expect(ends).toEqual([30]);
  });

  it('does not begin after an interruption, until that is forgotten', async () => {
    const { clock, wait, ends, run } = start();
    wait.interrupt();
    run(100);
    await clock.run(10);
    wait.reset();
    run(100);
    await clock.run(200);
    expect(ends).toEqual([0, 110]);
  });
});
