import { describe, expect, it } from '@jest/globals';
import { Gate } from './gate.ts';

describe('a gate', () => {
  it('limits how many tasks run at a time, keeps their order, and continues after failures', async () => {
    const gate = new Gate(3);
    const entered: number[] = [];
    let inside = 0;
    let most = 0;
    const work = Array.from({ length: 20 }, (_, n) =>
      gate.run(async () => {
        entered.push(n);
        most = Math.max(most, ++inside);
        await new Promise(setImmediate);
        inside -= 1;
        if (n % 3 === 0) throw new Error('failed');
      }),
    );
    const outcomes = await Promise.allSettled(work);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(7);
    expect(entered).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(most).toBe(3);
    expect(await gate.run(async () => 'again')).toBe('again');
  });

  it('rejects a task immediately when its queue is full', async () => {
    const gate = new Gate(1, { maxWaiting: 1, refuse: () => new Error('full') });
    const running = Promise.withResolvers<void>();
    const first = gate.run(() => running.promise);
    const second = gate.run(() => Promise.resolve('second'));
    await expect(gate.run(() => Promise.resolve('third'))).rejects.toThrow('full');
    running.resolve();
    await first;
    expect(await second).toBe('second');
    expect(await gate.run(() => Promise.resolve('fourth'))).toBe('fourth');
  });
});
