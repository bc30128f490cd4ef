import { describe, expect, it, jest } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventually } from '@groundwork/testing';
import { TurnDeadlines } from './turn-deadlines.ts';

const expired = () => new Error('expired');

describe('the deadlines of a turn', () => {
  it('return the outcome of each piece of work', async () => {
    const deadlines = new TurnDeadlines(1_000, expired);
    const failing = deadlines.within(Promise.reject(new Error('failed')));
    await expect(failing).rejects.toThrow('failed');
    expect(await Promise.all([deadlines.within(1), deadlines.within(Promise.resolve(2))])).toEqual([1, 2]);
  });

  it('abandon only the work that takes too long', async () => {
    const deadlines = new TurnDeadlines(1, expired);
    const late = deadlines.within(new Promise(() => undefined));
    const inTime = deadlines.within(nextTurn('in time'));
    await expect(late).rejects.toThrow('expired');
    expect(await inTime).toBe('in time');
  });

  it('set one timer for a turn, and none for work that ends in it', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const cleared = jest.spyOn(globalThis, 'clearTimeout');
    try {
      const deadlines = new TurnDeadlines(60_000, expired);
      await Promise.all([deadlines.within(1), deadlines.within(2)]);
      await nextTurn();
      expect(timers).not.toHaveBeenCalled();
      const gate = Promise.withResolvers<number>();
      const waiting = [deadlines.within(gate.promise), deadlines.within(gate.promise)];
      await nextTurn();
      expect(timers).toHaveBeenCalledTimes(1);
      gate.resolve(1);
      await Promise.all(waiting);
      expect(cleared).toHaveBeenLastCalledWith(timers.mock.results[0]?.value as NodeJS.Timeout);
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('begin at the end of the turn: a turn that takes longer than the limit costs its calls nothing', async () => {
    const deadlines = new TurnDeadlines(20, expired);
    const gate = Promise.withResolvers<string>();
    const answer = deadlines.within(gate.promise);
    const until = performance.now() + 40;
    while (performance.now() < until);
    await nextTurn();
    await nextTurn();
    gate.resolve('answer');
    expect(await answer).toBe('answer');
  });

  it('prefer an answer that arrived while the event loop stood still', async () => {
    const deadlines = new TurnDeadlines(1, expired);
    const arrived = Promise.withResolvers<string>();
    const answer = deadlines.within(arrived.promise);
    await nextTurn();
    const until = performance.now() + 20;
    setImmediate(() => arrived.resolve('arrived'));
    while (performance.now() < until);
    expect(await answer).toBe('arrived');
  });

  it('apply to the calls of later turns as well', async () => {
    const deadlines = new TurnDeadlines(1, expired);
    await deadlines.within(1);
    let failures = 0;
    for (let count = 0; count < 2; count += 1) {
      deadlines.within(new Promise(() => undefined)).catch(() => (failures += 1));
      await nextTurn();
    }
    await eventually(() => failures === 2);
  });
});
