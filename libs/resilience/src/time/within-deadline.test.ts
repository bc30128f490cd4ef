import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withinDeadline } from './within-deadline.ts';

const stall = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('an answer within a deadline', () => {
  it('is returned, or its error', async () => {
    await expect(withinDeadline(Promise.resolve(7), 1_000, () => new Error('late'))).resolves.toBe(7);
    const failing = Promise.reject(new Error('failed'));
    await expect(withinDeadline(failing, 1_000, () => new Error('late'))).rejects.toThrow('failed');
  });

  it('is given up when its time is over', async () => {
    const never = new Promise<never>(() => undefined);
    await expect(withinDeadline(never, 5, () => new Error('late'))).rejects.toThrow('late');
  });

  it('is returned after a stall of the event loop if it has arrived by then, and does not count as late', async () => {
    let expirations = 0;
    const { promise, resolve } = Promise.withResolvers<string>();
    const answer = withinDeadline(promise, 5, () => new Error(`late ${(expirations += 1)}`));
    // Both the timer and the answer are due when the loop continues; the answer comes with the sockets, after the timers.
    setTimeout(() => setImmediate(() => resolve('arrived')), 0);
    stall(20);
    expect(await answer).toBe('arrived');
    await nextTurn();
    expect(expirations).toBe(0);
  });
});
