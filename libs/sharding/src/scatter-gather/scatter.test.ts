import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { foundIn } from './found-in.ts';
import { IncompleteScatterError } from './incomplete-scatter.error.ts';
import { scatter } from './scatter.ts';
import { ShardDeadlineError } from './shard-deadline.error.ts';

class Down extends Error {}
const isDown = (error: unknown) => error instanceof Down || error instanceof ShardDeadlineError;
const shards = ['a', 'b', 'c'].map((name) => ({ name }));
const deadlineMs = 10_000;

/** Work that ends only when it is cancelled, and records the cancellation. */
class Hanging {
  readonly cancelled: { shard: string; reason: unknown }[] = [];

  ask(shard: string, signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        this.cancelled.push({ shard, reason: signal.reason });
        reject(new Error('cancelled'));
      });
    });
  }
}

describe('a scatter', () => {
  it('returns all answers in the order of the shards', async () => {
    const gathered = await scatter(
      shards,
      async ({ name }) => {
        await delay(name === 'a' ? 5 : 0);
        return name.toUpperCase();
      },
      { deadlineMs },
    );
    expect(gathered).toEqual({
      answers: shards.map(({ name }) => ({ shard: name, value: name.toUpperCase() })),
      failures: [],
      complete: true,
    });
  });

  it('queries all shards at once', async () => {
    let asked = 0;
    const everybody = Promise.withResolvers<void>();
    await scatter(
      shards,
      () => {
        if (++asked === shards.length) everybody.resolve();
        return everybody.promise;
      },
      { deadlineMs },
    );
    expect(asked).toBe(3);
  });

  it('rejects with the first error and cancels the work on other shards', async () => {
    const hanging = new Hanging();
    const error = new Down('b is down');
    const strict = scatter(
      shards,
      ({ name }, signal) => (name === 'b' ? Promise.reject(error) : hanging.ask(name, signal)),
      { deadlineMs },
    );
    await expect(strict).rejects.toBe(error);
    expect(hanging.cancelled).toEqual([
      { shard: 'a', reason: error },
      { shard: 'c', reason: error },
    ]);
  });

  it('cancels a shard after its deadline and names it in the error', async () => {
    const hanging = new Hanging();
    const strict = scatter(
      shards,
      ({ name }, signal) => (name === 'c' ? hanging.ask(name, signal) : Promise.resolve(name)),
      { deadlineMs: 20 },
    );
    await expect(strict).rejects.toMatchObject({ code: 'shard-deadline', shard: 'c', retryable: true });
    expect(hanging.cancelled.map(({ shard }) => shard)).toEqual(['c']);
  });

  it('does not wait for a shard that ignores its cancellation', async () => {
    const strict = scatter(shards, () => new Promise<never>(() => undefined), { deadlineMs: 20 });
    await expect(strict).rejects.toThrow(ShardDeadlineError);
  });

  it.each([true, false])('cancels all shards when the caller aborts, partial: %s', async (partial) => {
    const hanging = new Hanging();
    const caller = new AbortController();
    const asked = scatter(shards, ({ name }, signal) => hanging.ask(name, signal), {
      deadlineMs,
      signal: caller.signal,
      ...(partial && { tolerates: () => true }),
    });
    const reason = new Error('the client left');
    caller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    expect(hanging.cancelled).toEqual(shards.map(({ name }) => ({ shard: name, reason })));
  });

  it('queries no shard when the caller has already aborted', async () => {
    let asked = 0;
    const signal = AbortSignal.abort(new Error('the client left'));
    await expect(scatter(shards, () => Promise.resolve(++asked), { deadlineMs, signal })).rejects.toBe(
      signal.reason,
    );
    expect(asked).toBe(0);
  });

  it('returns a partial answer and the failed shards when their errors are tolerated', async () => {
    const error = new Down('b is down');
    const gathered = await scatter(
      shards,
      ({ name }) => (name === 'b' ? Promise.reject(error) : Promise.resolve(name)),
      { deadlineMs, tolerates: isDown },
    );
    expect(gathered).toEqual({
      answers: [
        { shard: 'a', value: 'a' },
        { shard: 'c', value: 'c' },
      ],
      failures: [{ shard: 'b', error }],
      complete: false,
    });
  });

  it('gives the other shards their whole deadline after a tolerated failure', async () => {
    const gathered = await scatter(
      shards,
      async ({ name }, signal) => {
        if (name === 'a') throw new Down();
        await delay(20);
        signal.throwIfAborted();
        return name;
      },
      { deadlineMs, tolerates: isDown },
    );
    expect(gathered.answers.map(({ shard }) => shard)).toEqual(['b', 'c']);
  });

  it('rejects with an error that is not tolerated', async () => {
    const fault = new TypeError('no such column');
    const partial = scatter(
      shards,
      ({ name }) => (name === 'b' ? Promise.reject(fault) : Promise.resolve(name)),
      { deadlineMs, tolerates: isDown },
    );
    await expect(partial).rejects.toBe(fault);
  });

  it('leaves work alone that has ended, when another shard fails later', async () => {
    const answered: AbortSignal[] = [];
    const late = Promise.withResolvers<string>();
    const strict = scatter(
      shards,
      ({ name }, signal) => {
        if (name === 'c') return late.promise;
        answered.push(signal);
        return Promise.resolve(name);
      },
      { deadlineMs },
    );
    await new Promise(setImmediate);
    late.reject(new Down());
    await expect(strict).rejects.toThrow(Down);
    expect(answered.map(({ aborted }) => aborted)).toEqual([false, false]);
  });

  it('leaves no timer, and no listener on the signal of its caller', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    signal.addEventListener = (type: string, listener: unknown) =>
      void listeners.add(`${type} ${String(listener)}`);
    signal.removeEventListener = (type: string, listener: unknown) =>
      void listeners.delete(`${type} ${String(listener)}`);
    try {
      const asked = scatter(shards, ({ name }) => Promise.resolve(name), { deadlineMs, signal });
      expect([jest.getTimerCount(), listeners.size]).toEqual([3, 1]);
      await asked;
      expect([jest.getTimerCount(), listeners.size]).toEqual([0, 0]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('of no shard is complete and empty', async () => {
    const asked = scatter([], () => Promise.resolve(1), { deadlineMs });
    expect(await asked).toEqual({ answers: [], failures: [], complete: true });
  });

  it('rejects when no shard answered', async () => {
    const error = new Down();
    const partial = scatter(shards, () => Promise.reject(error), { deadlineMs, tolerates: isDown });
    await expect(partial).rejects.toBe(error);
  });
});

describe('finding one row', () => {
  const answer = (shard: string, value?: string) => ({ shard, value });
  const failures = [{ shard: 'b', error: new Down() }];

  it('returns a row that any shard found, even if other shards failed', () => {
    expect(foundIn({ answers: [answer('a'), answer('c', 'it')], failures, complete: false })).toBe('it');
  });

  it('reports "not found" only if every shard answered', () => {
    expect(foundIn({ answers: [answer('a'), answer('b')], failures: [], complete: true })).toBeUndefined();
    const look = () => foundIn({ answers: [answer('a')], failures, complete: false });
    expect(look).toThrow(IncompleteScatterError);
    expect(look).toThrow('the search is incomplete: b did not answer');
    expect(look).toThrow(expect.objectContaining({ cause: failures[0]!.error, failedShards: ['b'] }));
  });
});
