import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countedSource, numbers } from '../../test/counted-source.ts';
import { BackpressureStream } from './backpressure-stream.ts';
import { forEach } from './for-each.ts';

const FEW = { high: { items: 8, bytes: 1 }, low: { items: 4, bytes: 0 } };

describe('forEach', () => {
  it('keeps the order of each key and never exceeds its concurrency, including retries', async () => {
    const job = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      turns: fc.nat(3),
      failures: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(job, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        async (jobs, concurrency) => {
          const source = countedSource(jobs.map((one, at) => ({ ...one, at })));
          const left = jobs.map(({ failures }) => failures);
          const done: { key: string; at: number }[] = [];
          let running = 0;
          const summary = await forEach(
            new BackpressureStream(source, FEW),
            async ({ key, turns, at }) => {
              running += 1;
              expect(running).toBeLessThanOrEqual(concurrency);
              expect(source.read - done.length).toBeLessThanOrEqual(8);
              for (let step = 0; step < turns; step += 1) await turn();
              running -= 1;
              if (left[at]!-- > 0) throw new Error('not yet');
              done.push({ key, at });
            },
            { concurrency, keyOf: ({ key }) => key, onError: () => ({ retryInMs: 1 }) },
          );
          expect(summary).toEqual({ handled: jobs.length, skipped: 0 });
          for (const of of Map.groupBy(done, ({ key }) => key).values()) {
            expect(of.map(({ at }) => at)).toEqual(of.map(({ at }) => at).sort((one, other) => one - other));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('stops at the first error: running work ends, no other work starts, and the source is closed', async () => {
    const source = countedSource(numbers(1_000));
    const begun: number[] = [];
    let ended = 0;
    const working = forEach(
      new BackpressureStream(source, FEW),
      async (item) => {
        begun.push(item);
        await turn();
        ended += 1;
        if (item === 1) throw new Error('no room');
      },
      { concurrency: 3 },
    );
    await expect(working).rejects.toThrow('no room');
    expect(ended).toBe(begun.length);
    expect(begun).toEqual([0, 1, 2, 3]);
    expect(source.closed).toBe(1);
  });

  it('fails when the last item does, which no other item follows', async () => {
    const working = forEach(new BackpressureStream(numbers(3), FEW), async (item) => {
      await turn();
      if (item === 2) throw new Error('no room');
    });
    await expect(working).rejects.toThrow('no room');
  });

  it('releases an item that it leaves out: more of them than the stream holds stop nothing', async () => {
    const failing = () => Promise.reject(new Error('odd'));
    const options = { onError: () => 'skip' as const };
    expect(await forEach(new BackpressureStream(numbers(20), FEW), failing, options)).toEqual({
      ...{ handled: 0, skipped: 20 },
    });
  });

  it('tries an item again after the delay of the policy, and not sooner', async () => {
    const triedAt: number[] = [];
    await forEach(
      new BackpressureStream(numbers(1)),
      () => {
        triedAt.push(performance.now());
        if (triedAt.length === 1) throw new Error('not yet');
      },
      { onError: () => ({ retryInMs: 50 }) },
    );
    const [first = 0, second = 0] = triedAt;
    // A timer of Node may be up to a millisecond early.
    expect(second - first).toBeGreaterThanOrEqual(49);
  });

  it('starts nothing after an error in the same turn', async () => {
    const begun: number[] = [];
    const working = forEach(new BackpressureStream(numbers(100), FEW), (item) => {
      begun.push(item);
      if (item === 1) throw new Error('no room');
    });
    await expect(working).rejects.toThrow('no room');
    expect(begun).toEqual([0, 1]);
  });

  it('skips items when onError decides so, and passes it the number of attempts', async () => {
    const attempts: number[] = [];
    const summary = await forEach(
      new BackpressureStream(numbers(10)),
      (item) => {
        if (item % 5 === 0) throw new Error('odd');
      },
      {
        onError: (failed) => {
          attempts.push(failed.attempts);
          return failed.attempts < 3 ? { retryInMs: 0 } : 'skip';
        },
      },
    );
    expect(summary).toEqual({ handled: 8, skipped: 2 });
    expect(attempts).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('keeps the order at a concurrency of 1 when an item is retried', async () => {
    const done: number[] = [];
    let isFirst = true;
    await forEach(
      new BackpressureStream(numbers(5)),
      (item) => {
        if (item === 2 && isFirst) {
          isFirst = false;
          throw new Error('once');
        }
        done.push(item);
      },
      { onError: () => ({ retryInMs: 1 }) },
    );
    expect(done).toEqual(numbers(5));
  });

  it.each<[string, Parameters<typeof forEach<number>>[2]]>([
    [
      'onError',
      {
        onError: () => {
          throw new Error('broken');
        },
      },
    ],
    [
      'keyOf',
      {
        concurrency: 2,
        keyOf: () => {
          throw new Error('broken');
        },
      },
    ],
  ])('fails when %s throws', async (_what, options) => {
    const source = countedSource(numbers(100));
    const working = forEach(
      new BackpressureStream(source, FEW),
      () => Promise.reject(new Error('work')),
      options,
    );
    await expect(working).rejects.toThrow('broken');
    expect(source.closed).toBe(1);
  });

  it('rejects with the reason of an abort after running work has ended', async () => {
    const abort = new AbortController();
    let isEnded = false;
    const working = forEach(new BackpressureStream(numbers(10), { signal: abort.signal }), async () => {
      abort.abort(new Error('shutting down'));
      await turn();
      isEnded = true;
    });
    await expect(working).rejects.toThrow('shutting down');
    expect(isEnded).toBe(true);
  });
});
