import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PurgingWorkers } from '../../test/purging-workers.ts';
import { EdgeRefusedError } from '../errors/edge-refused.error.ts';
import { EdgeUnavailableError } from '../errors/edge-unavailable.error.ts';

describe('the calls of a purge worker', () => {
  let edge: PurgingWorkers;
  beforeEach(() => {
    edge = new PurgingWorkers();
  });
  afterEach(async () => {
    await edge.close();
    expect(edge.clock.timers).toBe(0);
  });

  it('reports what the edge refuses, and purges everything else', async () => {
    edge.start();
    edge.answer = (names) => {
      if (names.includes('bad')) throw new EdgeRefusedError('status 400');
    };
    await edge.queue.enqueue({ tags: ['a', 'bad', 'b'] });
    await edge.clock.run(60_000);
    expect([edge.givenUp, await edge.store.size()]).toEqual([['bad'], 0]);
    const purged = edge.calls.filter(({ names }) => !names.includes('bad')).flatMap(({ names }) => names);
    expect(purged.filter((name) => name === 'a').length).toBeGreaterThanOrEqual(2);
    expect(purged.filter((name) => name === 'b').length).toBeGreaterThanOrEqual(2);
  });

  it('abandons an attempt that takes too long, and aborts it', async () => {
    edge.start({ attemptLimitMs: 1_000 });
    let signal: AbortSignal | undefined;
    edge.answer = (_names, options) => {
      signal ??= options.signal;
      return edge.clock.monotonicMs() === 0 ? new Promise(() => undefined) : undefined;
    };
    await edge.queue.enqueue({ tags: ['a'] });
    await edge.clock.run(60_000);
    expect(signal?.aborted).toBe(true);
    expect(edge.times).toEqual([0, 1_500, 3_500]);
  });

  it('ends after the attempt that is in flight, and leaves other jobs in the store', async () => {
    const worker = edge.start({ batch: 1, concurrency: 1 });
    const { promise, resolve } = Promise.withResolvers<void>();
    edge.answer = () => promise;
    await edge.queue.enqueue({ tags: ['a', 'b'] });
    await edge.clock.run(10);
    const closed = worker.close();
    resolve();
    await closed;
    await worker.close();
    await edge.clock.run(60_000);
    expect(edge.calls.length).toBe(1);
    expect(await edge.store.size()).toBe(2);
  });

  it('sends as many calls at the same time as it may, each of the size that the edge states', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    edge.start({ limits: { urlsPerCall: 1, tagsPerCall: 2 }, concurrency: 3 });
    edge.answer = () => promise;
    const urls = Array.from({ length: 5 }, (_, index) => `https://shop.example/${index}`);
    await edge.queue.enqueue({ tags: ['a', 'b', 'c'], urls });
    await edge.clock.run(10);
    expect(edge.names).toEqual([['a', 'b'], ['c'], urls.slice(0, 1)]);
    resolve();
    await edge.clock.run(10);
    expect(edge.names).toEqual([['a', 'b'], ['c'], ...urls.map((url) => [url])]);
  });

  it('confirms each purge by itself: a call that hangs holds up no others, and no later ones', async () => {
    edge.start({ limits: { urlsPerCall: 1 }, concurrency: 2 });
    const { promise, resolve } = Promise.withResolvers<void>();
    edge.answer = (names) => (names[0]?.endsWith('/hangs') === true ? promise : undefined);
    const urls = Array.from({ length: 50 }, (_, index) => `https://shop.example/${index}`);
    await edge.queue.enqueue({ urls: ['https://shop.example/hangs', ...urls] });
    await edge.clock.run(1_000);
    await edge.queue.enqueue({ tags: ['later'] });
    await edge.clock.run(4_000);
    // All others were purged twice, although the first call still hangs.
    expect(await edge.store.size()).toBe(1);
    expect(edge.calls).toHaveLength(1 + 2 * (urls.length + 1));
    expect(edge.calls.find(({ names }) => names.includes('later'))?.at).toBe(1_000);
    resolve();
  });

  it('isolates a job that always fails with an error that may go away', async () => {
    edge.start({ limits: { tagsPerCall: 16 } });
    edge.answer = (names) => {
      if (names.includes('tag-5')) throw new EdgeUnavailableError('status 503');
    };
    await edge.queue.enqueue({ tags: Array.from({ length: 16 }, (_, index) => `tag-${index}`) });
    await edge.clock.run(120_000);
    const { jobs } = await edge.store.claim({ most: 99, leaseMs: 1, token: 'inspection' });
    expect(await edge.store.size()).toBe(1);
    expect(jobs.map(({ target }) => target.name).join()).toMatch(/^(tag-5)?$/);
    expect(edge.names.slice(0, 4).map(({ length }) => length)).toEqual([16, 16, 16, 8]);
  });

  it('starts no call whose attempt could outlast the lease, and does it with the next claim', async () => {
    edge.start({ limits: { urlsPerCall: 1 }, concurrency: 1, secondPurgeMs: 200_000 });
    const slow = () => new Promise<void>((resolve) => edge.clock.after(9_000, resolve));
    edge.answer = () => (edge.clock.monotonicMs() < 100_000 ? slow() : undefined);
    const urls = Array.from({ length: 5 }, (_, index) => `https://shop.example/${index}`);
    await edge.queue.enqueue({ urls });
    await edge.clock.run(50_000);
    // A call starts at most 10 s after the claim: its attempt and a report of 10 s each end before the lease.
    expect(edge.calls.slice(0, 5).map(({ names }) => names[0])).toEqual(urls);
    expect(edge.times.slice(0, 5)).toEqual([0, 9_000, 18_000, 27_000, 36_000]);
    expect(edge.failures).toEqual([]);
    await edge.clock.run(500_000);
    expect(await edge.store.size()).toBe(0);
  });

  it('stops at the first answer that asks to wait, and keeps what it has not sent', async () => {
    edge.start({ limits: { urlsPerCall: 1 }, concurrency: 1 });
    edge.answer = () => {
      if (edge.clock.monotonicMs() < 1_000)
        throw new EdgeUnavailableError('limited', { retryAfterMs: 20_000 });
    };
    const urls = Array.from({ length: 20 }, (_, index) => `https://shop.example/${index}`);
    await edge.queue.enqueue({ urls });
    await edge.clock.run(19_999);
    expect(edge.times).toEqual([0]);
    await edge.clock.run(100_000);
    expect(await edge.store.size()).toBe(0);
    expect(edge.calls).toHaveLength(1 + 2 * urls.length);
    expect(edge.givenUp).toEqual([]);
  });

  it.each(['a pause begins', 'it is closed'])('starts no call if %s while it claims', async (what) => {
    const { promise: claimed, resolve: claim } = Promise.withResolvers<void>();
    const { promise: limited, reject: limit } = Promise.withResolvers<void>();
    const take = edge.store.claim.bind(edge.store);
    let claims = 0;
    edge.store.claim = async (request) => {
      claims += 1;
      if (claims === 2) await claimed;
      return take(request);
    };
    edge.answer = (names) => (names.includes('first') ? limited : undefined);
    await edge.queue.enqueue({ tags: ['first'] });
    const worker = edge.start();
    await edge.clock.run(10);
    await edge.queue.enqueue({ tags: ['second'] });
    const closed = what === 'it is closed' ? worker.close() : undefined;
    limit(new EdgeUnavailableError('limited', { retryAfterMs: 60_000 }));
    await edge.clock.run(0);
    claim();
    await edge.clock.run(1_000);
    await closed;
    expect(edge.names).toEqual([['first']]);
    expect(await edge.store.size()).toBe(2);
  });

  it('gives up nothing because of its age at the first attempt: workers may have been away', async () => {
    await edge.queue.enqueue({ tags: ['old'] });
    await edge.clock.run(100_000);
    edge.start({ maxAgeMs: 60_000 });
    edge.answer = () => {
      if (edge.calls.length < 3) throw new EdgeUnavailableError('away');
    };
    await edge.clock.run(60_000);
    expect([edge.givenUp, await edge.store.size()]).toEqual([[], 0]);
  });
});
