import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { foundIn } from './found-in.ts';
import { IncompleteScatterError } from './incomplete-scatter.error.ts';
import { scatter } from './scatter.ts';
import { ShardDeadlineError } from './shard-deadline.error.ts';

class Down extends Error {}
const isDown = (error: unknown) => error instanceof Down || error instanceof ShardDeadlineError;
const shards = ['a', 'b', 'c'].map((name) => ({ name }));
const deadlineMs = 10_000;

/** Work that ends only when it is told to, and tells that it was. */
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
  it('gathers every answer, in the order of the shards', async () => {
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

  it('asks all shards at once', async () => {
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

  it('fails with the first error, and cancels what the others do', async () => {
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

  it('cancels a shard whose time is over, and names it', async () => {
    const hanging = new Hanging();
    const strict = scatter(
      shards,
      ({ name }, signal) => (name === 'c' ? hanging.ask(name, signal) : Promise.resolve(name)),
      { deadlineMs: 20 },
    );
    await expect(strict).rejects.toMatchObject({ code: 'shard-deadline', shard: 'c', retryable: true });
    expect(hanging.cancelled.map(({ shard }) => shard)).toEqual(['c']);
  });

  it('does not wait for a shard that does not let itself be cancelled', async () => {
    const strict = scatter(shards, () => new Promise<never>(() => undefined), { deadlineMs: 20 });
    await expect(strict).rejects.toThrow(ShardDeadlineError);
  });

  it.each([true, false])('ends everything when the caller gives up, partial: %s', async (partial) => {
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

  it('asks nobody when the caller has given up already', async () => {
    let asked = 0;
    const signal = AbortSignal.abort(new Error('the client left'));
    await expect(scatter(shards, () => Promise.resolve(++asked), { deadlineMs, signal })).rejects.toBe(
      signal.reason,
    );
    expect(asked).toBe(0);
  });

  it('answers in part when told that absence is tolerable, naming who failed and why', async () => {
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

  it('gives the others their whole time when one has failed in part', async () => {
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

  it('tolerates no error that is a fault of the question', async () => {
    const fault = new TypeError('no such column');
    const partial = scatter(
      shards,
      ({ name }) => (name === 'b' ? Promise.reject(fault) : Promise.resolve(name)),
      { deadlineMs, tolerates: isDown },
    );
    await expect(partial).rejects.toBe(fault);
  });

  it('fails when nobody answered', async () => {
    const error = new Down();
    const partial = scatter(shards, () => Promise.reject(error), { deadlineMs, tolerates: isDown });
    await expect(partial).rejects.toBe(error);
  });
});

describe('looking for something', () => {
  const answer = (shard: string, value?: string) => ({ shard, value });
  const failures = [{ shard: 'b', error: new Down() }];

  it('finds it wherever it is, whoever failed', () => {
    expect(foundIn({ answers: [answer('a'), answer('c', 'it')], failures, complete: false })).toBe('it');
  });

  it('is "not found" only when everybody was asked', () => {
    expect(foundIn({ answers: [answer('a'), answer('b')], failures: [], complete: true })).toBeUndefined();
    const look = () => foundIn({ answers: [answer('a')], failures, complete: false });
    expect(look).toThrow(IncompleteScatterError);
    expect(look).toThrow('not all shards could be asked: b did not answer');
  });
});
