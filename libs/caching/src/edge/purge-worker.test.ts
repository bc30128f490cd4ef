import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { EdgeRefusedError } from '../errors/edge-refused.error.ts';
import { EdgeUnavailableError } from '../errors/edge-unavailable.error.ts';
import { PurgeStoreUnavailableError } from '../errors/purge-store-unavailable.error.ts';
import { type PurgeOptions } from './edge-tier.ts';
import { MemoryPurgeStore } from './memory-purge-store.ts';
import { PurgeQueue } from './purge-queue.ts';
import { PurgeWorker, type PurgeWorkerOptions } from './purge-worker.ts';

interface Call {
  readonly at: number;
  readonly names: readonly string[];
  readonly soft: boolean;
}

describe('a purge worker', () => {
  let clock: VirtualClock;
  let store: MemoryPurgeStore;
  let queue: PurgeQueue;
  const workers: PurgeWorker[] = [];
  const calls: Call[] = [];
  const givenUp: string[] = [];
  const failures: unknown[] = [];
  /** What the edge does with a call. */
  let answer: (names: readonly string[], options: PurgeOptions) => Promise<void> | void;

  const ask = async (names: readonly string[], options: PurgeOptions = {}) => {
    calls.push({ at: clock.monotonicMs(), names, soft: options.soft === true });
    await answer(names, options);
  };
  const start = (options: Partial<PurgeWorkerOptions> = {}) => {
    const worker = new PurgeWorker({
      ...{ store, edge: { purge: ask, purgeTags: ask }, clock, random: () => 1, secondPurgeMs: 2_000 },
      onGivenUp: (targets) => void givenUp.push(...targets.map(({ name }) => name)),
      onFailure: (error) => failures.push(error),
      ...options,
    });
    workers.push(worker);
    return worker;
  };
  const times = () => calls.map(({ at }) => at);

  beforeEach(() => {
    clock = new VirtualClock();
    store = new MemoryPurgeStore({ now: () => clock.monotonicMs() });
    queue = new PurgeQueue(store);
    for (const list of [calls, givenUp, failures]) list.splice(0);
    answer = () => undefined;
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    expect(clock.timers).toBe(0);
  });

  it('purges at once, and again two seconds later', async () => {
    start();
    await clock.run(100);
    await queue.enqueue({ tags: ['a', 'b'], urls: ['https://shop.example/'] });
    await clock.run(10_000);
    expect(calls).toEqual([
      { at: 100, names: ['a', 'b'], soft: false },
      { at: 100, names: ['https://shop.example/'], soft: false },
      { at: 2_100, names: ['a', 'b'], soft: false },
      { at: 2_100, names: ['https://shop.example/'], soft: false },
    ]);
    expect(await store.size()).toBe(0);
  });

  it('keeps soft and hard purges apart', async () => {
    start();
    await queue.enqueue({ tags: ['a'], soft: true });
    await queue.enqueue({ tags: ['a'] });
    await clock.run(10_000);
    expect(calls.map(({ soft }) => soft).sort()).toEqual([false, false, true, true]);
  });

  it('takes jobs that are due without a message of the store', async () => {
    start({ store: Object.assign(store, { onPut: () => () => undefined }), pollMs: 700 });
    await clock.run(100);
    await queue.enqueue({ tags: ['a'] });
    await clock.run(10_000);
    expect(times()).toEqual([700, 2_700]);
  });

  it('starts again when a tag is enqueued between its purges', async () => {
    start();
    await queue.enqueue({ tags: ['a'] });
    await clock.run(1_000);
    await queue.enqueue({ tags: ['a'] });
    await clock.run(10_000);
    expect(times()).toEqual([0, 1_000, 3_000]);
  });

  it('retries while the edge is away, and purges twice when it is back', async () => {
    start();
    answer = () => {
      if (clock.monotonicMs() < 10_000) throw new EdgeUnavailableError('away');
    };
    await queue.enqueue({ tags: ['a'] });
    await clock.run(60_000);
    expect(times()).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 17_500]);
    expect([failures.length, givenUp]).toEqual([5, []]);
  });

  it('sends nothing at all while the edge asks to wait', async () => {
    start();
    answer = () => {
      if (clock.monotonicMs() < 1_000) throw new EdgeUnavailableError('limited', { retryAfterMs: 60_000 });
    };
    await queue.enqueue({ tags: ['a'] });
    await clock.run(5_000);
    await queue.enqueue({ tags: ['b'] });
    await clock.run(100_000);
    expect(times()[0]).toBe(0);
    expect(times()[1]).toBe(60_000);
    expect(await store.size()).toBe(0);
  });

  it('waits for the longest time of several answers', async () => {
    start();
    answer = async (names) => {
      if (clock.monotonicMs() >= 1_000) return;
      const isTag = names.includes('a');
      // The shorter time arrives last.
      if (!isTag) await new Promise<void>((resolve) => clock.after(100, resolve));
      throw new EdgeUnavailableError('limited', { retryAfterMs: isTag ? 60_000 : 1_000 });
    };
    await queue.enqueue({ tags: ['a'], urls: ['https://shop.example/'] });
    await clock.run(100_000);
    expect(times()[2]).toBe(60_000);
  });

  it('gives up after the maximum age, and reports it', async () => {
    start({ maxAgeMs: 60_000 });
    answer = () => {
      throw new EdgeUnavailableError('away');
    };
    await queue.enqueue({ tags: ['a'] });
    await clock.run(50_000);
    expect(givenUp).toEqual([]);
    await clock.run(100_000);
    expect([givenUp, await store.size()]).toEqual([['a'], 0]);
  });

  it('reports what the edge refuses, and purges everything else', async () => {
    start();
    answer = (names) => {
      if (names.includes('bad')) throw new EdgeRefusedError('status 400');
    };
    await queue.enqueue({ tags: ['a', 'bad', 'b'] });
    await clock.run(60_000);
    expect([givenUp, await store.size()]).toEqual([['bad'], 0]);
    const purged = calls.filter(({ names }) => !names.includes('bad')).flatMap(({ names }) => names);
    expect(purged.filter((name) => name === 'a').length).toBeGreaterThanOrEqual(2);
    expect(purged.filter((name) => name === 'b').length).toBeGreaterThanOrEqual(2);
  });

  it('abandons an attempt that takes too long, and aborts it', async () => {
    start({ attemptLimitMs: 1_000 });
    let signal: AbortSignal | undefined;
    answer = (_names, options) => {
      signal ??= options.signal;
      return clock.monotonicMs() === 0 ? new Promise(() => undefined) : undefined;
    };
    await queue.enqueue({ tags: ['a'] });
    await clock.run(60_000);
    expect(signal?.aborted).toBe(true);
    expect(times()).toEqual([0, 1_500, 3_500]);
  });

  it('takes over the jobs of a worker that has died', async () => {
    await queue.enqueue({ tags: ['a'] });
    await store.claim({ most: 1, leaseMs: 30_000, token: 'dead' });
    start();
    await clock.run(60_000);
    expect(times()).toEqual([30_000, 32_000]);
  });

  it('continues when the store was away, and when the callback of its failures throws', async () => {
    let isAway = true;
    const claim: MemoryPurgeStore['claim'] = async (request) => {
      if (isAway) throw new PurgeStoreUnavailableError('away');
      return store.claim(request);
    };
    const fault = () => {
      throw new Error('a fault of the application');
    };
    start({
      store: { ...methodsOf(store), claim },
      onFailure: fault,
    });
    await queue.enqueue({ tags: ['a'] });
    await clock.run(20_000);
    expect(calls).toEqual([]);
    isAway = false;
    await clock.run(60_000);
    expect(calls.length).toBeGreaterThan(0);
    expect(await store.size()).toBe(0);
  });

  it('ends after the attempt that is in flight, and leaves other jobs in the store', async () => {
    const worker = start({ batch: 1 });
    const { promise, resolve } = Promise.withResolvers<void>();
    answer = () => promise;
    await queue.enqueue({ tags: ['a', 'b'] });
    await clock.run(10);
    const closed = worker.close();
    resolve();
    await closed;
    await worker.close();
    await clock.run(60_000);
    expect(calls.length).toBe(1);
    expect(await store.size()).toBe(2);
  });

  it('keeps what it has to report until its report is received', async () => {
    const reports: string[][] = [];
    start({
      maxRefusals: 1,
      onGivenUp: async (targets) => {
        reports.push(targets.map(({ name }) => name));
        if (reports.length === 1) throw new Error('the ticket system is away');
        if (reports.length === 2) return new Promise(() => undefined);
      },
    });
    answer = () => {
      throw new EdgeRefusedError('status 400');
    };
    await queue.enqueue({ tags: ['bad'] });
    await clock.run(400);
    expect([reports.length, await store.size()]).toEqual([1, 1]);
    expect(String(failures[0])).toContain('the ticket system is away');
    await clock.run(60_000);
    expect(reports).toEqual([['bad'], ['bad'], ['bad']]);
    expect(String(failures[1])).toContain('onGivenUp did not resolve within 10000 ms');
    expect(await store.size()).toBe(0);
  });

  it('sends as many calls at the same time as it may, each of the size that the edge states', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    start({ edge: { purge: ask, purgeTags: ask, urlsPerCall: 1, tagsPerCall: 2 }, concurrency: 3 });
    answer = () => promise;
    const urls = Array.from({ length: 5 }, (_, index) => `https://shop.example/${index}`);
    await queue.enqueue({ tags: ['a', 'b', 'c'], urls });
    await clock.run(10);
    expect(calls.map(({ names }) => names)).toEqual([['a', 'b'], ['c'], urls.slice(0, 1)]);
    resolve();
    await clock.run(10);
    expect(calls.map(({ names }) => names)).toEqual([['a', 'b'], ['c'], ...urls.map((url) => [url])]);
  });

  it('confirms each purge by itself: a call that hangs holds up no outcome of the others', async () => {
    start({ edge: { purge: ask, purgeTags: ask, urlsPerCall: 1 }, concurrency: 2 });
    const { promise, resolve } = Promise.withResolvers<void>();
    answer = (names) => (names[0]?.endsWith('/hangs') === true ? promise : undefined);
    const urls = Array.from({ length: 50 }, (_, index) => `https://shop.example/${index}`);
    await queue.enqueue({ urls: ['https://shop.example/hangs', ...urls] });
    await clock.run(5_000);
    const claimed = await store.claim({ most: 100, leaseMs: 1, token: 'inspection' });
    // All others were settled: their second purge is due.
    expect(claimed.jobs.map(({ purges }) => purges)).toEqual(urls.map(() => 1));
    expect(calls).toHaveLength(51);
    resolve();
  });

  it('starts no call whose attempt could outlast the lease, and does it with the next claim', async () => {
    start({ edge: { purge: ask, purgeTags: ask, urlsPerCall: 1 }, concurrency: 1, secondPurgeMs: 200_000 });
    const slow = () => new Promise<void>((resolve) => clock.after(9_000, resolve));
    answer = () => (clock.monotonicMs() < 100_000 ? slow() : undefined);
    const urls = Array.from({ length: 5 }, (_, index) => `https://shop.example/${index}`);
    await queue.enqueue({ urls });
    await clock.run(50_000);
    // The third call may start 18 s after the claim, a fourth one would start after 27 s.
    expect(calls.slice(0, 5).map(({ names }) => names[0])).toEqual(urls);
    expect(times().slice(0, 5)).toEqual([0, 9_000, 18_000, 27_000, 36_000]);
    expect(failures).toEqual([]);
    await clock.run(500_000);
    expect(await store.size()).toBe(0);
  });

  it('stops at the first answer that asks to wait, and keeps what it has not sent', async () => {
    start({ edge: { purge: ask, purgeTags: ask, urlsPerCall: 1 }, concurrency: 1 });
    answer = () => {
      if (clock.monotonicMs() < 1_000) throw new EdgeUnavailableError('limited', { retryAfterMs: 20_000 });
    };
    const urls = Array.from({ length: 20 }, (_, index) => `https://shop.example/${index}`);
    await queue.enqueue({ urls });
    await clock.run(19_999);
    expect(times()).toEqual([0]);
    await clock.run(100_000);
    expect(await store.size()).toBe(0);
    expect(calls).toHaveLength(1 + 2 * urls.length);
    expect(givenUp).toEqual([]);
  });

  it.each([
    ['concurrency', 0],
    ['batch', 1.5],
  ])('refuses the %s %d', (name, value) => {
    expect(() => start({ [name]: value })).toThrow(`${name}: expected a whole number of at least 1`);
  });

  it('refuses a lease that could end during an attempt', () => {
    expect(() => start({ leaseMs: 19_999 })).toThrow(
      'leaseMs: expected at least twice attemptLimitMs (10000), got 19999',
    );
  });
});

function methodsOf(store: MemoryPurgeStore) {
  return {
    put: store.put.bind(store),
    claim: store.claim.bind(store),
    settle: store.settle.bind(store),
    size: store.size.bind(store),
    onPut: store.onPut.bind(store),
    close: store.close.bind(store),
  };
}
