import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PurgingWorkers } from '../../test/purging-workers.ts';
import { EdgeRefusedError } from '../errors/edge-refused.error.ts';
import { EdgeUnavailableError } from '../errors/edge-unavailable.error.ts';
import { PurgeStoreUnavailableError } from '../errors/purge-store-unavailable.error.ts';
import { type MemoryPurgeStore } from './memory-purge-store.ts';

describe('a purge worker', () => {
  let edge: PurgingWorkers;
  beforeEach(() => {
    edge = new PurgingWorkers();
  });
  afterEach(async () => {
    await edge.close();
    expect(edge.clock.timers).toBe(0);
  });

  it('purges at once, and again two seconds later', async () => {
    edge.start();
    await edge.clock.run(100);
    await edge.queue.enqueue({ tags: ['a', 'b'], urls: ['https://shop.example/'] });
    await edge.clock.run(10_000);
    expect(edge.calls).toEqual([
      { at: 100, names: ['a', 'b'], soft: false },
      { at: 100, names: ['https://shop.example/'], soft: false },
      { at: 2_100, names: ['a', 'b'], soft: false },
      { at: 2_100, names: ['https://shop.example/'], soft: false },
    ]);
    expect(await edge.store.size()).toBe(0);
  });

  it('keeps soft and hard purges apart', async () => {
    edge.start();
    await edge.queue.enqueue({ tags: ['a'], soft: true });
    await edge.queue.enqueue({ tags: ['a'] });
    await edge.clock.run(10_000);
    expect(edge.calls.map(({ soft }) => soft).sort()).toEqual([false, false, true, true]);
  });

  it('takes jobs that are due without a message of the store', async () => {
    edge.start({ store: Object.assign(edge.store, { onPut: () => () => undefined }), pollMs: 700 });
    await edge.clock.run(100);
    await edge.queue.enqueue({ tags: ['a'] });
    await edge.clock.run(10_000);
    expect(edge.times).toEqual([700, 2_700]);
  });

  it('starts again when a tag is enqueued between its purges', async () => {
    edge.start();
    await edge.queue.enqueue({ tags: ['a'] });
    await edge.clock.run(1_000);
    await edge.queue.enqueue({ tags: ['a'] });
    await edge.clock.run(10_000);
    expect(edge.times).toEqual([0, 1_000, 3_000]);
  });

  it('retries while the edge is away, and purges twice when it is back', async () => {
    edge.start();
    edge.answer = () => {
      if (edge.clock.monotonicMs() < 10_000) throw new EdgeUnavailableError('away');
    };
    await edge.queue.enqueue({ tags: ['a'] });
    await edge.clock.run(60_000);
    expect(edge.times).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 17_500]);
    expect([edge.failures.length, edge.givenUp]).toEqual([5, []]);
  });

  it('sends nothing at all while the edge asks to wait', async () => {
    edge.start();
    edge.answer = () => {
      if (edge.clock.monotonicMs() < 1_000)
        throw new EdgeUnavailableError('limited', { retryAfterMs: 60_000 });
    };
    await edge.queue.enqueue({ tags: ['a'] });
    await edge.clock.run(5_000);
    await edge.queue.enqueue({ tags: ['b'] });
    await edge.clock.run(100_000);
    expect(edge.times[0]).toBe(0);
    expect(edge.times[1]).toBe(60_000);
    expect(await edge.store.size()).toBe(0);
  });

  it('waits for the longest time of several answers', async () => {
    edge.start();
    edge.answer = async (names) => {
      if (edge.clock.monotonicMs() >= 1_000) return;
      const isTag = names.includes('a');
      // The shorter time arrives last.
      if (!isTag) await new Promise<void>((resolve) => edge.clock.after(100, resolve));
      throw new EdgeUnavailableError('limited', { retryAfterMs: isTag ? 60_000 : 1_000 });
    };
    await edge.queue.enqueue({ tags: ['a'], urls: ['https://shop.example/'] });
    await edge.clock.run(100_000);
    expect(edge.times[2]).toBe(60_000);
  });

  it('gives up after the maximum age, and reports it', async () => {
    edge.start({ maxAgeMs: 60_000 });
    edge.answer = () => {
      throw new EdgeUnavailableError('away');
    };
    await edge.queue.enqueue({ tags: ['a'] });
    await edge.clock.run(50_000);
    expect(edge.givenUp).toEqual([]);
    await edge.clock.run(100_000);
    expect([edge.givenUp, await edge.store.size()]).toEqual([['a'], 0]);
  });

  it('takes over the jobs of a worker that has died', async () => {
    await edge.queue.enqueue({ tags: ['a'] });
    await edge.store.claim({ most: 1, leaseMs: 30_000, token: 'dead' });
    edge.start();
    await edge.clock.run(60_000);
    expect(edge.times).toEqual([30_000, 32_000]);
  });

  it('continues when the store was away, and when the callback of its failures throws', async () => {
    let isAway = true;
    const claim: MemoryPurgeStore['claim'] = async (request) => {
      if (isAway) throw new PurgeStoreUnavailableError('away');
      return edge.store.claim(request);
    };
    const fault = () => {
      throw new Error('a fault of the application');
    };
    edge.start({
      store: { ...methodsOf(edge.store), claim },
      onFailure: fault,
    });
    await edge.queue.enqueue({ tags: ['a'] });
    await edge.clock.run(20_000);
    expect(edge.calls).toEqual([]);
    isAway = false;
    await edge.clock.run(60_000);
    expect(edge.calls.length).toBeGreaterThan(0);
    expect(await edge.store.size()).toBe(0);
  });

  it('keeps what it has to report until its report is received', async () => {
    const reports: string[][] = [];
    edge.start({
      maxRefusals: 1,
      onGivenUp: async (targets) => {
        reports.push(targets.map(({ name }) => name));
        if (reports.length === 1) throw new Error('the ticket system is away');
        if (reports.length === 2) return new Promise(() => undefined);
      },
    });
    edge.answer = () => {
      throw new EdgeRefusedError('status 400');
    };
    await edge.queue.enqueue({ tags: ['bad'] });
    await edge.clock.run(400);
    expect([reports.length, await edge.store.size()]).toEqual([1, 1]);
    expect(String(edge.failures[0])).toContain('the ticket system is away');
    await edge.clock.run(60_000);
    expect(reports).toEqual([['bad'], ['bad'], ['bad']]);
    expect(String(edge.failures[1])).toContain('onGivenUp did not resolve within 10000 ms');
    expect(await edge.store.size()).toBe(0);
  });

  it.each([
    ['concurrency', 0, 'a whole number of at least 1'],
    ['batch', 1.5, 'a whole number of at least 1'],
    ['pollMs', 0, 'a number above 0'],
    ['attemptLimitMs', -1, 'a number above 0'],
    ['leaseMs', Infinity, 'a number above 0'],
    ['secondPurgeMs', NaN, 'a number above 0'],
  ])('refuses the %s %d', (name, value, expected) => {
    expect(() => edge.start({ [name]: value })).toThrow(`${name}: expected ${expected}, got ${value}`);
  });

  it.each(['tagsPerCall', 'urlsPerCall'])('refuses an edge whose %s is not a number of names', (name) => {
    expect(() => edge.start({ limits: { [name]: 0 } })).toThrow(`${name}: expected a whole number`);
  });

  it('refuses a lease that could end during an attempt and its report', () => {
    expect(() => edge.start({ leaseMs: 29_999 })).toThrow(
      'leaseMs: expected at least three times attemptLimitMs (10000), got 29999',
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
